package io.millrace.validator.topology;

import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.serde.RecordEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.jspecify.annotations.Nullable;

/** Another pipeline of flights, with texts, a list and many required fields. */
final class Texts {
  private static final long TIME = 1_000_000_000_000_000L;
  private static final int REQUIRED = 150;
  private static final int ID = 50;
  private static final Pipeline PIPELINE =
      ((PipelineFile.Valid)
              PipelineFile.accept(
                  """
                  apiVersion: millrace.io/v1
                  kind: Pipeline
                  metadata: {name: flights}
                  spec:
                    streams:
                      departures:
                        role: example
                        id: id
                        time: at
                        fields: {id: {type: STRING}, at: {type: TIMESTAMP}, entity: {type: STRING},
                          other: {type: STRING}, numbers: {type: FLOAT, list: true}, %s}
                      arrivals:
                        role: label
                        id: id
                        time: at
                        fields: {id: {type: STRING}, at: {type: TIMESTAMP}, paid: {type: BOOL}}
                    label: {name: bought, kind: BINARY, value: paid, within: 1d}
                    features:
                      windowed:
                        rate: {entity: entity, mean: paid, window: 1h, pane: 5m}
                  """
                      .formatted(
                          IntStream.range(0, REQUIRED)
                              .mapToObj(
                                  i -> "f%d: {type: BOOL, presence: {minFraction: 1}}".formatted(i))
                              .collect(Collectors.joining(", "))),
                  "texts"))
          .pipeline();
  private static final PipelineSchemas SCHEMAS = PipelineSchemas.of(PIPELINE);

  private Texts() {}

  static RunnablePipeline runnable() {
    Map<String, Integer> ids = new LinkedHashMap<>();
    SCHEMAS.artifacts().forEach((artifact, schema) -> ids.put(artifact, 100 + ids.size()));
    ids.put("millrace.flights.departures-value", ID);
    ids.put("millrace.flights.examples-value", ID);
    return new RunnablePipeline(PIPELINE, 1, 1, ids);
  }

  /** With all that is required; without, when there is neither entity nor other text. */
  static byte[] event(String id, @Nullable String entity, @Nullable String other) {
    GenericData.Record record = new GenericData.Record(SCHEMAS.stream(PIPELINE.exampleStream()));
    record.put("id", id);
    record.put("at", TIME);
    record.put("entity", entity);
    record.put("other", other);
    if (entity != null) {
      IntStream.range(0, REQUIRED).forEach(i -> record.put("f" + i, true));
    }
    return RecordEncoder.generic(ID, record.getSchema()).encode(record);
  }

  /** As a producer with a schema of its own has it: the numbers are ints. */
  static Schema sentAsInts() {
    SchemaBuilder.FieldAssembler<Schema> fields =
        SchemaBuilder.record("Departures")
            .namespace("millrace.flights")
            .fields()
            .requiredString("id")
            .requiredLong("at")
            .name("numbers")
            .type()
            .array()
            .items()
            .intType()
            .noDefault();
    for (int i = 0; i < REQUIRED; i++) {
      fields = fields.requiredBoolean("f" + i);
    }
    return fields.endRecord();
  }

  static byte[] ints(int schemaId, int count) {
    Schema schema = sentAsInts();
    GenericData.Record record = new GenericData.Record(schema);
    record.put("id", "many-" + count);
    record.put("at", TIME);
    List<Integer> numbers = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      numbers.add(i % 60);
    }
    record.put("numbers", numbers);
    IntStream.range(0, REQUIRED).forEach(i -> record.put("f" + i, true));
    return RecordEncoder.generic(schemaId, schema).encode(record);
  }
}
