package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.local.machine.Service;
import io.millrace.local.reconcile.Reconciliation;
import io.millrace.local.running.PipelineLag;
import io.millrace.testkit.oracle.FeatureComparison;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Processes are killed and paused under load; afterwards every id and every window must be as if
 * none was.
 */
class FaultsST {
  private static final String UNTIL = "2001-01-05T00:00:00Z";
  private static final Duration PAUSE = Duration.ofSeconds(10);

  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(longs = 43)
  void shouldReconcileWhenOneOfTwoInstancesIsPausedAndKilledAndTheBrokerStartsAnew(long seed)
      throws Exception {
    reconcileTwoInstances(seed);
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
    reconcileTwoInstances(seed);
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
    }
  }

  private void reconcileTwoInstances(long seed) throws Exception {
    try (RunningMillrace millrace =
        new RunningMillrace(
            home,
            14_000,
            RunningMillrace.featuresOnly()
                .withInstances(Service.VALIDATOR, 2)
                .withInstances(Service.TRANSFORMER, 2))) {
      replayUnderFaults(
          millrace,
          seed,
          lag -> {
            Random random = new Random(seed);
            pauseAtLag(millrace, "validator-2", lag::ofValidator, random);
            killAtLag(millrace, "validator-2", lag::ofValidator, random);
            killAtLag(millrace, "transformer-2", lag::ofTransformer, random);
            restartBroker(millrace, random);
          });
    }
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
            () -> millrace.run("replay", RunningMillrace.FLIGHTS.toString(), "--to", UNTIL),
            task -> Thread.ofPlatform().daemon().name("replay").start(task));
    Pipeline flights = RunningMillrace.flights();
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", millrace.system.bootstrapServers()))) {
      faults.strike(new PipelineLag(admin, flights));
    }
    replay.join();
    millrace.awaitParts("flights");

    Reconciliation numbers = millrace.reconcile(flights);
    System.out.println("seed " + seed + "\n" + numbers.report());
    assertThat(numbers.isExact()).as("seed %d%n%s", seed, numbers.report()).isTrue();
    FeatureComparison comparison = millrace.compareWithFiles(UNTIL);
    assertThat(comparison.isExact()).as("seed %d%n%s", seed, comparison.report()).isTrue();
    assertThat(comparison.incomplete()).as("incomplete vectors, seed %d", seed).isZero();
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
}
