package io.millrace.validator;

import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.serde.RecordEncoder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.jspecify.annotations.Nullable;

/** Departures and arrivals, as a pipeline with schema ids and as bytes. */
public final class Flights {
  public static final String FILE =
      """
      apiVersion: millrace.io/v1
      kind: Pipeline
      metadata: {name: flights}
      spec:
        streams:
          departures:
            role: example
            id: flight_id
            time: departure
            fields:
              flight_id:      {type: INT}
              departure:      {type: TIMESTAMP}
              origin:         {type: STRING, presence: {minFraction: 1.0}}
              distance_miles: {type: INT, domain: {min: 1, max: 10000}}
          arrivals:
            role: label
            id: flight_id
            time: arrival
            fields:
              flight_id:     {type: INT}
              arrival:       {type: TIMESTAMP}
              delay_minutes: {type: INT, domain: {min: -120, max: 3000}}
        label: {name: late, kind: BINARY, value: "delay_minutes > 15", within: 48h, absent: drop}
        features:
          derived:
            hour: "departure.getHours()"
          windowed:
            origin_delay_3h: {entity: origin, over: labels, mean: delay_minutes, window: 3h, pane: 5m}
      """;

  public static final int DEPARTURES_ID = 1;
  public static final int ARRIVALS_ID = 2;

  private static final Pipeline PIPELINE = pipeline();
  private static final PipelineSchemas SCHEMAS = PipelineSchemas.of(PIPELINE);

  private Flights() {}

  public static Pipeline pipeline() {
    return pipeline(FILE);
  }

  private static Pipeline pipeline(String file) {
    return switch (PipelineFile.parse(file, "flights.yaml")) {
      case PipelineFile.Valid valid -> valid.pipeline();
      case PipelineFile.Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }

  /** With as many partitions; examples and labels have the ids of their streams. */
  public static RunnablePipeline runnable(int partitions) {
    return runnable(partitions, FILE);
  }

  /** The same of a file whose fields are those of {@link #FILE}. */
  public static RunnablePipeline runnable(int partitions, String file) {
    Map<String, Integer> ids = new LinkedHashMap<>();
    PipelineSchemas.of(pipeline())
        .artifacts()
        .forEach((artifact, schema) -> ids.put(artifact, 100 + ids.size()));
    ids.put("millrace.flights.departures-value", DEPARTURES_ID);
    ids.put("millrace.flights.examples-value", DEPARTURES_ID);
    ids.put("millrace.flights.arrivals-value", ARRIVALS_ID);
    ids.put("millrace.flights.labels-value", ARRIVALS_ID);
    return new RunnablePipeline(pipeline(file), 1, partitions, ids);
  }

  public static Schema schema(String stream) {
    return SCHEMAS.stream(Objects.requireNonNull(PIPELINE.streams().get(stream)));
  }

  public static byte[] departure(
      @Nullable Long id, @Nullable Long micros, @Nullable String origin, @Nullable Long miles) {
    GenericData.Record record = new GenericData.Record(schema("departures"));
    record.put("flight_id", id);
    record.put("departure", micros);
    record.put("origin", origin);
    record.put("distance_miles", miles);
    return RecordEncoder.generic(DEPARTURES_ID, record.getSchema()).encode(record);
  }

  public static byte[] arrival(@Nullable Long id, @Nullable Long micros, @Nullable Long delay) {
    GenericData.Record record = new GenericData.Record(schema("arrivals"));
    record.put("flight_id", id);
    record.put("arrival", micros);
    record.put("delay_minutes", delay);
    return RecordEncoder.generic(ARRIVALS_ID, record.getSchema()).encode(record);
  }
}
