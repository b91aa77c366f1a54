package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.local.Options;
import io.millrace.local.machine.Service;
import io.millrace.local.reconcile.Reconciliation;
import io.millrace.local.running.PipelineLag;
import io.millrace.messaging.topics.NewTopics;
import io.millrace.testkit.oracle.FeatureComparison;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Processes are killed and paused under load, and everything ends and starts again on the same
 * data; afterwards every id and every window must be as if none was.
 */
@Order(Integer.MAX_VALUE - 1)
class FaultsST {
  private static final String RESTART = "2001-01-05T00:00:00Z";
  private static final String UNTIL = "2001-01-06T00:00:00Z";
  private static final String CANARY = "canary";
  private static final Duration PAUSE = Duration.ofSeconds(10);

  @TempDir Path home;

  /** Then with one instance each, and the broker checks what is too old. */
  @ParameterizedTest
  @ValueSource(longs = 43)
  void shouldReconcileWhenOneOfTwoInstancesIsPausedAndKilledAndEverythingStartsAnew(long seed)
      throws Exception {
    Reconciliation before;
    try (RunningMillrace millrace = new RunningMillrace(home, 14_000, twoInstances())) {
      replayUnderFaults(millrace, seed, lag -> pauseAndKill(millrace, lag, seed));
      replayToday(millrace, 0);
      before = millrace.reconcile(RunningMillrace.flights());
      assertThat(before.isExact()).as("seed %d%n%s", seed, before.report()).isTrue();
    }
    try (RunningMillrace millrace =
        new RunningMillrace(home, 14_000, RunningMillrace.featuresOnly())) {
      awaitRetentionCheck(millrace.system.bootstrapServers());
      assertThat(millrace.reconcile(RunningMillrace.flights()).report()).isEqualTo(before.report());

      millrace.run("replay", RunningMillrace.FLIGHTS.toString(), "--from", RESTART, "--to", UNTIL);
      millrace.awaitParts("flights");
      replayToday(millrace, 1000);
      Reconciliation end = requireExact(millrace, seed, UNTIL);
      assertThat(end.count("vectors")).isGreaterThan(before.count("vectors"));
      assertThat(millrace.counts("transformer", "flights").path("vectors").asLong())
          .isEqualTo(end.count("vectors"));
      assertThat(millrace.counts("transformer", "today").path("rows").asLong()).isEqualTo(200);
    }
  }

  /** One at a time and without a look at lag they are killed by default too: SupervisionST. */
  @Tag("full")
  @ParameterizedTest
  @ValueSource(longs = {42, 1, 2, 3})
  void shouldReconcileWhenTheOnlyOnesAreKilledUnderLag(long seed) throws Exception {
    reconcileKilled(seed);
  }

  @Tag("full")
  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void shouldReconcileWhenOneOfTwoIsPausedAndKilledElsewhere(long seed) throws Exception {
    try (RunningMillrace millrace = new RunningMillrace(home, 14_000, twoInstances())) {
      replayUnderFaults(millrace, seed, lag -> pauseAndKill(millrace, lag, seed));
      requireExact(millrace, seed, RESTART);
    }
  }

  private void reconcileKilled(long seed) throws Exception {
    try (RunningMillrace millrace =
        new RunningMillrace(home, 12_000, RunningMillrace.featuresOnly())) {
      replayUnderFaults(
          millrace,
          seed,
          lag -> {
            Random random = new Random(seed);
            killAtLag(millrace, "validator", lag::ofValidator, random);
            killAtLag(millrace, "transformer", lag::ofTransformer, random);
            restartBroker(millrace, random);
          });
      requireExact(millrace, seed, RESTART);
    }
  }

  private static Options twoInstances() {
    return RunningMillrace.featuresOnly()
        .withInstances(Service.VALIDATOR, 2)
        .withInstances(Service.TRANSFORMER, 2);
  }

  private static void pauseAndKill(RunningMillrace millrace, PipelineLag lag, long seed)
      throws Exception {
    Random random = new Random(seed);
    pauseAtLag(millrace, "validator-2", lag::ofValidator, random);
    killAtLag(millrace, "validator-2", lag::ofValidator, random);
    killAtLag(millrace, "transformer-2", lag::ofTransformer, random);
    restartBroker(millrace, random);
  }

  private interface Faults {
    void strike(PipelineLag lag) throws Exception;
  }

  private interface Lag {
    long records();
  }

  private static void replayUnderFaults(RunningMillrace millrace, long seed, Faults faults)
      throws Exception {
    millrace.run("apply", RunningMillrace.FLIGHTS.toString());
    // Not on the common pool: that is where a process's end is noticed, and it may have one thread.
    CompletableFuture<Void> replay =
        CompletableFuture.runAsync(
            () -> millrace.run("replay", RunningMillrace.FLIGHTS.toString(), "--to", RESTART),
            task -> Thread.ofPlatform().daemon().name("replay").start(task));
    Pipeline flights = RunningMillrace.flights();
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", millrace.system.bootstrapServers()))) {
      faults.strike(new PipelineLag(admin, flights));
    }
    replay.join();
    millrace.awaitParts("flights");
  }

  private static Reconciliation requireExact(RunningMillrace millrace, long seed, String until)
      throws Exception {
    Reconciliation numbers = millrace.reconcile(RunningMillrace.flights());
    System.out.println("seed " + seed + "\n" + numbers.report());
    assertThat(numbers.isExact()).as("seed %d%n%s", seed, numbers.report()).isTrue();
    FeatureComparison comparison = millrace.compareWithFiles(until);
    assertThat(comparison.isExact()).as("seed %d%n%s", seed, comparison.report()).isTrue();
    assertThat(comparison.incomplete()).as("incomplete vectors, seed %d", seed).isZero();
    return numbers;
  }

  private static void killAtLag(RunningMillrace millrace, String process, Lag lag, Random random)
      throws Exception {
    Thread.sleep(random.nextInt(2000));
    RunningMillrace.await(process + " has over 1,000 records of lag", () -> lag.records() > 1000);
    System.out.printf("kill -9 %s at a lag of %,d%n", process, lag.records());
    millrace.system.kill9(process);
    millrace.system.restart(process);
  }

  private static void restartBroker(RunningMillrace millrace, Random random) throws Exception {
    Thread.sleep(1000 + random.nextInt(3000));
    millrace.system.restart("broker");
  }

  /** Its partitions stand still, without an end that anyone could see, while the others go on. */
  private static void pauseAtLag(RunningMillrace millrace, String process, Lag lag, Random random)
      throws Exception {
    Thread.sleep(random.nextInt(2000));
    RunningMillrace.await(process + " has over 1,000 records of lag", () -> lag.records() > 1000);
    System.out.printf("pause %s at a lag of %,d%n", process, lag.records());
    signal(millrace, process, "STOP");
    Thread.sleep(PAUSE);
    signal(millrace, process, "CONT");
  }

  private static void signal(RunningMillrace millrace, String process, String signal)
      throws Exception {
    String pid = Long.toString(millrace.system.process(process).pid());
    assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
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
