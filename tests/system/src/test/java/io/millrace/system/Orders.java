package io.millrace.system;

import io.millrace.local.demo.DemoScript;
import io.millrace.local.reconcile.Duck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Thirty-six hours of made-up orders, a short slice for a whole story: late or not by the parity of
 * the shop's number, after twenty the shops get other codes.
 *
 * <p>The true rates are 0.85 and 0.15, so that the best AUC is 0.85² + 0.85 · 0.15 = 0.85, and that
 * of a model that knows no shop is 0.5.
 */
final class Orders {
  private static final int HOURS = 36;
  private static final int AN_HOUR = 1500;

  /** All orders; each is delivered. */
  static final int COUNT = HOURS * AN_HOUR;

  private static final String PIPELINE =
      """
      apiVersion: millrace.io/v1
      kind: Pipeline
      metadata: {name: %s}
      spec:
        streams:
          orders:
            role: example
            id: order_id
            time: ordered
            fields:
              order_id: {type: INT}
              ordered:  {type: TIMESTAMP}
              shop:     {type: STRING}
              region:   {type: STRING}
              amount:   {type: INT}
          deliveries:
            role: label
            id: order_id
            time: delivered
            fields:
              order_id:  {type: INT}
              delivered: {type: TIMESTAMP}
              minutes:   {type: INT}
        label: {name: late, kind: BINARY, value: "minutes > 15", within: 2h, absent: drop}
        features:
          windowed:
            region_minutes_1h: {entity: region, over: labels, mean: minutes, window: 1h, pane: 5m}
        transform:
          - {op: scale_to_z_score, inputs: [amount, region_minutes_1h]}
          - {op: vocabulary, inputs: [shop], topK: 100, oovBuckets: 1}
        train: {learner: gradient_boosting, rounds: 60, maxDepth: 4, learningRate: 0.3, window: 21d, device: auto}
        evaluate:
          split: {by: hash, eval: 0.2}
          refit: true
          thresholds:
            - {metric: auc, lowerBound: 0.65}
        serve: {stream: true}
        monitor:
          window: 1h
          drift: {against: 1h, default: {jsd_bits: 0.1}, minExamples: 300}
          decay: {metric: auc, drop: 0.15, windows: 2, baseline: {median: 7}}
          retrain: {on: [decay], firstAfter: 4000, cooldown: 12h, warn: [drift]}
      """;

  private Orders() {}

  /** Writes a pipeline of that name and its events into a folder. */
  static DemoScript in(Path folder, String name) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(folder.resolve("pipeline.yaml"), PIPELINE.formatted(name));
    try (Duck duck = new Duck()) {
      duck.execute(
          """
          CREATE TABLE orders AS
          SELECT i AS order_id, to_timestamp(978307200 + i * 3600 // %d)::TIMESTAMP AS ordered,
            hash(i) %% 40 AS number, 'S' || (hash(i) %% 40) AS shop, 'R' || (hash(i, 1) %% 5) AS region,
            (hash(i, 2) %% 100)::BIGINT AS amount,
            hash(i, 3) %% 100 < CASE hash(i) %% 2 WHEN 0 THEN 85 ELSE 15 END AS late
          FROM range(%d) t(i)
          """
              .formatted(AN_HOUR, COUNT));
      write(duck, "SELECT order_id, ordered, shop, region, amount FROM orders", data, "orders");
      write(
          duck,
          """
          SELECT order_id, ordered + to_minutes(minutes) AS delivered, minutes
          FROM (SELECT *, (hash(order_id, 4) % 15 + CASE WHEN late THEN 16 ELSE 1 END)::BIGINT AS minutes
            FROM orders)
          """,
          data,
          "deliveries");
    }
    return new DemoScript(
        folder,
        Optional.empty(),
        Optional.empty(),
        Instant.parse("2001-01-01T20:30:00Z"),
        List.of("shop"),
        "K",
        5_000,
        Duration.ofSeconds(90),
        Duration.ofSeconds(192),
        Duration.ofHours(3),
        0.75);
  }

  static void write(Duck duck, String query, Path folder, String name) {
    duck.execute(
        "COPY (%s) TO %s (FORMAT parquet)"
            .formatted(query, Duck.literal(folder.resolve(name + ".parquet").toString())));
  }
}
