package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.local.reconcile.Reconciliation;
import io.millrace.messaging.topics.NewTopics;
import io.millrace.testkit.oracle.FeatureComparison;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything ends and starts again on the same data, and the broker checks what is too old. */
class RestartST {
  private static final String RESTART = "2001-01-03T12:00:00Z";
  private static final String UNTIL = "2001-01-05T00:00:00Z";
  private static final String CANARY = "canary";

  @TempDir Path home;

  @Test
  void shouldGoOnWithStateAndRowsOfAnOldPipelineBesideANewOne() throws Exception {
    Pipeline flights = RunningMillrace.flights();
    Reconciliation before;
    try (RunningMillrace millrace =
        new RunningMillrace(home, 22_000, RunningMillrace.featuresOnly())) {
      millrace.replayFlights(RESTART);
      replayToday(millrace, 0);
      before = millrace.reconcile(flights);
      assertThat(before.isExact()).as(before.report()).isTrue();
    }
    try (RunningMillrace millrace =
        new RunningMillrace(home, 22_000, RunningMillrace.featuresOnly())) {
      awaitRetentionCheck(millrace.system.bootstrapServers());
      Reconciliation after = millrace.reconcile(flights);
      assertThat(after.report()).isEqualTo(before.report());

      millrace.run("replay", RunningMillrace.FLIGHTS.toString(), "--from", RESTART, "--to", UNTIL);
      millrace.awaitParts("flights");
      replayToday(millrace, 1000);
      Reconciliation end = millrace.reconcile(flights);
      assertThat(end.isExact()).as(end.report()).isTrue();
      assertThat(end.count("vectors")).isGreaterThan(before.count("vectors"));
      FeatureComparison comparison = millrace.compareWithFiles(UNTIL);
      System.out.println(comparison.report());
      assertThat(comparison.isExact()).as(comparison.report()).isTrue();
      assertThat(comparison.incomplete()).isZero();
      assertThat(millrace.counts("transformer", "flights").path("vectors").asLong())
          .isEqualTo(end.count("vectors"));
      assertThat(millrace.counts("transformer", "today").path("rows").asLong()).isEqualTo(200);
    }
  }

  /** A pipeline whose clock is 25 years ahead of the flights'. */
  private static void replayToday(RunningMillrace millrace, int firstId) throws Exception {
    Path folder = Files.createTempDirectory("today");
    Files.createDirectories(folder.resolve("data"));
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        apiVersion: millrace.io/v1
        kind: Pipeline
        metadata: {name: today}
        spec:
          streams:
            asks:
              role: example
              id: id
              time: at
              fields: {id: {type: INT}, at: {type: TIMESTAMP}, shop: {type: STRING}}
            tells:
              role: label
              id: id
              time: at
              fields: {id: {type: INT}, at: {type: TIMESTAMP}, paid: {type: FLOAT}}
          label: {name: price, kind: REGRESSION, value: "paid", within: 1h, absent: drop}
          features:
            windowed:
              shop_mean: {entity: shop, over: labels, mean: paid, window: 1h, pane: 1m}
        """);
    Instant start = Instant.now().minusSeconds(7200 - firstId);
    StringBuilder asks = new StringBuilder();
    StringBuilder tells = new StringBuilder();
    for (int i = firstId; i < firstId + 100; i++) {
      Instant at = start.plusSeconds(i - firstId);
      asks.append("{\"id\":%d,\"at\":\"%s\",\"shop\":\"s%d\"}%n".formatted(i, at, i % 3));
      tells.append("{\"id\":%d,\"at\":\"%s\",\"paid\":%d}%n".formatted(i, at.plusSeconds(1), i));
    }
    Files.writeString(folder.resolve("data/asks.jsonl"), asks);
    Files.writeString(folder.resolve("data/tells.jsonl"), tells);
    millrace.run("replay", folder.toString());
    millrace.awaitParts("today");
  }

  /** A record that may be kept for no time is gone: the broker has looked at all of its topics. */
  private static void awaitRetentionCheck(String bootstrapServers) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new StringSerializer(),
                new StringSerializer())) {
      NewTopics.create(
          admin,
          List.of(
              new NewTopic(CANARY, 1, (short) 1)
                  .configs(Map.of("retention.ms", "1", "file.delete.delay.ms", "0"))));
      producer.send(new ProducerRecord<>(CANARY, "may go")).get();
      TopicPartition partition = new TopicPartition(CANARY, 0);
      RunningMillrace.await(
          "the broker deletes what is too old",
          () ->
              admin
                      .listOffsets(Map.of(partition, OffsetSpec.earliest()))
                      .partitionResult(partition)
                      .get()
                      .offset()
                  == 1);
    }
  }
}
