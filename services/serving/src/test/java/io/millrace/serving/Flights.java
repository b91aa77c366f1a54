package io.millrace.serving;

import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.features.online.OnlineStore;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.serving.features.FeatureAssembly;
import io.millrace.serving.features.FeaturePlan;
import io.millrace.serving.features.WindowedRead;
import io.millrace.serving.models.ServedPipeline;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;

/** A small pipeline. */
public final class Flights {
  public static final int VECTOR_ID = 1;
  public static final int PREDICTION_ID = 2;
  public static final int MODEL_ID = 3;
  public static final int ALERT_ID = 4;

  public static final String YAML =
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
              flight_id: {type: INT}
              departure: {type: TIMESTAMP}
              origin:    {type: STRING}
              miles:     {type: INT}
              heavy:     {type: BOOL}
              fuel:      {type: FLOAT}
              stops:     {type: STRING, list: true}
          arrivals:
            role: label
            id: flight_id
            time: arrival
            fields:
              flight_id:     {type: INT}
              arrival:       {type: TIMESTAMP}
              delay_minutes: {type: INT}
        label: {name: late, kind: BINARY, value: "delay_minutes > 15", within: 48h, absent: drop}
        features:
          derived:
            hour: "departure.getHours()"
          windowed:
            origin_delay_1h: {entity: origin, over: labels, mean: delay_minutes, window: 1h, pane: 5m}
        transform:
          - {op: identity, inputs: [miles, hour, origin_delay_1h]}
          - {op: vocabulary, inputs: [origin], topK: 10, oovBuckets: 1}
      """;

  public static final Pipeline PIPELINE = pipeline(YAML);

  /** The same with ids that are text. */
  public static Pipeline ofTextIds() {
    return pipeline(YAML.replaceAll("(flight_id: +)\\{type: INT}", "$1{type: STRING}"));
  }

  public static Pipeline pipeline(String yaml) {
    return switch (PipelineFile.parse(yaml, "flights.yaml")) {
      case PipelineFile.Valid valid -> valid.pipeline();
      case PipelineFile.Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }

  public static Map<String, Integer> schemaIds() {
    return Map.of(
        "millrace.flights.vectors-value", VECTOR_ID,
        "millrace.flights.predictions-value", PREDICTION_ID);
  }

  public static RunnablePipeline runnable(int partitions) {
    return new RunnablePipeline(PIPELINE, 1, partitions, schemaIds());
  }

  /** The next version, which means something else by its hour and by its window. */
  public static RunnablePipeline changed(int partitions) {
    String yaml =
        YAML.replace("departure.getHours()", "departure.getHours() + 100")
            .replace("window: 1h", "window: 2h");
    return new RunnablePipeline(pipeline(yaml), 2, partitions, schemaIds());
  }

  public static ServedPipeline served(OnlineStore store) {
    return served(store, runnable(4));
  }

  /** By another version than the first, which is known. */
  public static ServedPipeline served(OnlineStore store, RunnablePipeline running) {
    return new ServedPipeline(
        running,
        version -> version == 1 ? Optional.of(runnable(4)) : Optional.empty(),
        file ->
            new FeatureAssembly(
                new FeaturePlan(file), new WindowedRead(file, store, Duration.ofMillis(500))));
  }

  public static long micros(String time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time));
  }

  private Flights() {}
}
