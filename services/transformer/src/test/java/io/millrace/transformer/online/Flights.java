package io.millrace.transformer.online;

import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.features.panes.Panes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** A small pipeline, and its records as the features topic has them. */
final class Flights {
  static final String YAML =
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
              origin:         {type: STRING}
              gate:           {type: INT}
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
          windowed:
            origin_delay_1h: {entity: origin, over: labels, mean: delay_minutes, window: 1h, pane: 5m}
            origin_count_1h: {entity: origin, over: labels, count: delay_minutes, window: 1h, pane: 5m}
            gate_delay_1h:   {entity: gate, over: labels, mean: delay_minutes, window: 1h, pane: 5m}
        transform: []
        train: {learner: gradient_boosting, rounds: 10, maxDepth: 3, learningRate: 0.1, window: 21d, device: cpu}
        evaluate:
          split: {by: hash, eval: 0.2}
          refit: false
          slices: [[]]
          thresholds:
            - {metric: auc, lowerBound: 0.5}
      """;

  static final Pipeline PIPELINE = pipeline();

  static long micros(String time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(time));
  }

  /** Panes with one label, in the wire format. */
  static byte[] panes(String entity, String key, String time, double value, String watermark) {
    return wire(avro(entity, key, time, value, watermark));
  }

  /** Panes with one label as Avro binary; what is older than two hours has been dropped. */
  static byte[] avro(String entity, String key, String time, double value, String watermark) {
    Panes panes = new Panes(features(entity));
    panes.add(0, micros(time), value);
    panes.evict(micros(watermark), 2 * 3600 * 1_000_000L);
    return panes.encode(entity, key, micros(watermark));
  }

  static byte[] watermark(int task, String time) {
    return wire(new Panes(features("origin")).encode("_watermark", "" + task, micros(time)));
  }

  static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] wire(byte[] avro) {
    return ByteBuffer.allocate(5 + avro.length).put((byte) 0).putInt(42).put(avro).array();
  }

  private static EntityFeatures features(String entity) {
    return EntityFeatures.of(PIPELINE).stream()
        .filter(features -> features.entity().equals(entity))
        .findFirst()
        .orElseThrow();
  }

  private static Pipeline pipeline() {
    return switch (PipelineFile.parse(YAML, "flights.yaml")) {
      case PipelineFile.Valid valid -> valid.pipeline();
      case PipelineFile.Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }

  private Flights() {}
}
