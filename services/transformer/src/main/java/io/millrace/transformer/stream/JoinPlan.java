package io.millrace.transformer.stream;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.features.panes.SeriesKey;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.kafka.common.utils.Utils;

/** All that joining needs to know of one version of a pipeline, worked out once. */
final class JoinPlan {
  private final RunnablePipeline runnable;
  private final Pipeline pipeline;
  private final PipelineSchemas schemas;
  private final SchemaCache cache;
  private final List<EntityFeatures> entities;
  private final Schema exampleSchema;
  private final Counter behindClock;

  JoinPlan(RunnablePipeline runnable, SchemaCache cache, MeterRegistry meters) {
    this.runnable = runnable;
    this.pipeline = runnable.pipeline();
    this.schemas = PipelineSchemas.of(pipeline);
    this.cache = cache;
    this.behindClock =
        meters.counter("millrace.transformer.behind.clock", "pipeline", pipeline.name());
    this.entities = EntityFeatures.of(pipeline);
    this.exampleSchema = schemas.stream(pipeline.exampleStream());
    cache.add(runnable.schemaId(DataTopic.EXAMPLES), exampleSchema);
    cache.add(runnable.schemaId(DataTopic.VECTORS), schemas.vector());
    cache.add(runnable.schemaId(DataTopic.LABELS), schemas.stream(pipeline.labelStream()));
  }

  List<EntityFeatures> entities() {
    return entities;
  }

  /** For each entity the numbers that its series have in every version of the pipeline. */
  List<int[]> seriesIds() {
    return entities.stream()
        .map(entity -> entity.series().stream().mapToInt(JoinPlan::seriesId).toArray())
        .toList();
  }

  static int seriesId(SeriesKey series) {
    return Utils.murmur2(
        (series.field() + "/" + series.paneMicros()).getBytes(StandardCharsets.UTF_8));
  }

  List<Windowed> windowed() {
    return pipeline.windowed();
  }

  int version() {
    return runnable.version();
  }

  int partitions() {
    return runnable.partitions();
  }

  String topic(DataTopic topic) {
    return topic.of(pipeline.name());
  }

  String name() {
    return pipeline.name();
  }

  int featuresSchemaId() {
    return runnable.schemaId(DataTopic.FEATURES);
  }

  long longestPaneMicros() {
    return windowed().stream().mapToLong(Windowed::paneMicros).max().orElse(0);
  }

  /** How many panes all series of one entity may hold. */
  long mostPanes() {
    return windowed().stream().mapToLong(w -> w.windowMicros() / w.paneMicros() + 1).sum();
  }

  /** How far behind the watermark a label may be and still be found in the panes. */
  long latenessMicros() {
    return pipeline.labelStream().lateness().toNanos() / 1000;
  }

  /** Events that came too late for windows, to this process. */
  Counter behindClock() {
    return behindClock;
  }

  long withinMicros() {
    return TimeUnit.NANOSECONDS.toMicros(pipeline.label().within().toNanos());
  }

  /** How long an example or label waits for the other. */
  long keepMicros() {
    return withinMicros() + latenessMicros();
  }

  ExampleReader exampleReader() {
    return new ExampleReader(pipeline, entities, cache, exampleSchema, schemas.vector());
  }

  LabelReader labelReader() {
    return new LabelReader(pipeline, entities, cache, schemas.stream(pipeline.labelStream()));
  }

  VectorEncoder encoder() {
    return new VectorEncoder(
        exampleSchema,
        runnable.schemaId(DataTopic.EXAMPLES),
        schemas.vector(),
        runnable.schemaId(DataTopic.VECTORS),
        schemas.row(),
        runnable.schemaId(DataTopic.ROWS),
        pipeline.derived().size());
  }
}
