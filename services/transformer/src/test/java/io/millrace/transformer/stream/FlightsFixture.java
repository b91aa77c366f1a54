package io.millrace.transformer.stream;

import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.serde.RecordEncoder;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** The flights pipeline with fixed schema ids, and its events by hand. */
final class FlightsFixture {
  final Pipeline pipeline;
  final PipelineSchemas schemas;
  final RunnablePipeline runnable;
  final SchemaRegistry registry;
  final SchemaCache cache;

  FlightsFixture(int partitions) {
    this(partitions, FlightsFile.text());
  }

  FlightsFixture(int partitions, String yaml) {
    this.registry = new RegistryInMemory();
    this.cache = new SchemaCache(registry);
    this.pipeline = ((PipelineFile.Valid) PipelineFile.parse(yaml, "pipeline.yaml")).pipeline();
    this.schemas = PipelineSchemas.of(pipeline);
    Map<String, Integer> ids = new LinkedHashMap<>();
    schemas
        .artifacts()
        .forEach(
            (artifact, schema) -> {
              ids.put(artifact, ids.size() + 1);
              cache.add(ids.get(artifact), schema);
            });
    this.runnable = new RunnablePipeline(pipeline, 1, partitions, ids);
  }

  /** The next version of the same pipeline: schemas that are the same keep their ids. */
  FlightsFixture(FlightsFixture before, String yaml) {
    this.registry = before.registry;
    this.cache = before.cache;
    this.pipeline = ((PipelineFile.Valid) PipelineFile.parse(yaml, "pipeline.yaml")).pipeline();
    this.schemas = PipelineSchemas.of(pipeline);
    Map<String, Integer> ids = new LinkedHashMap<>();
    schemas
        .artifacts()
        .forEach(
            (artifact, schema) -> {
              int id = before.runnable.schemaIds().get(artifact);
              boolean isSame = schema.equals(before.schemas.artifacts().get(artifact));
              ids.put(artifact, isSame ? id : 100 * (before.runnable.version() + 1) + id);
              cache.add(ids.get(artifact), schema);
            });
    this.runnable =
        new RunnablePipeline(
            pipeline, before.runnable.version() + 1, before.runnable.partitions(), ids);
  }

  /** The same, with features of the example alone. */
  static FlightsFixture withoutWindows() {
    String yaml =
        FlightsFile.text()
            .replaceFirst("(?s)    windowed:.*?(  transform:)", "$1")
            .replace(", origin_delay_3h, destination_delay_3h", "")
            .replace(", origin_late_1h", "");
    return new FlightsFixture(1, yaml);
  }

  byte[] departure(long id, Instant time, String origin, String destination) {
    GenericRecord record = record(schemas.stream(pipeline.exampleStream()));
    record.put("flight_id", id);
    record.put("departure", micros(time));
    record.put("origin", origin);
    record.put("destination", destination);
    record.put("distance_miles", 500L);
    return RecordEncoder.generic(runnable.schemaId(pipeline.exampleStream()), record.getSchema())
        .encode(record);
  }

  /** A departure without its time. */
  byte[] timeless() {
    Schema schema = schemas.stream(pipeline.exampleStream());
    return RecordEncoder.generic(runnable.schemaId(pipeline.exampleStream()), schema)
        .encode(record(schema));
  }

  byte[] arrival(long id, Instant time, @Nullable Long delay) {
    GenericRecord record = record(schemas.stream(pipeline.labelStream()));
    record.put("flight_id", id);
    record.put("arrival", micros(time));
    record.put("delay_minutes", delay);
    return RecordEncoder.generic(runnable.schemaId(pipeline.labelStream()), record.getSchema())
        .encode(record);
  }

  GenericRecord decode(Schema schema, byte[] value) {
    return switch (RecordDecoder.generic(cache, schema).decode(value)) {
      case Decoded.Value<GenericRecord> v -> v.value();
      case Decoded.Failed<GenericRecord> f -> throw new AssertionError(f.message());
    };
  }

  static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1000;
  }

  private static GenericRecord record(Schema schema) {
    return new GenericData.Record(schema);
  }
}
