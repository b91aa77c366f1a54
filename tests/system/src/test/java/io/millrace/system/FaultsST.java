package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.local.Options;
import io.millrace.local.machine.Service;
import io.millrace.local.running.PipelineLag;
import io.millrace.testkit.oracle.FeatureComparison;
import io.millrace.testkit.oracle.Reconciliation;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes are killed under load; afterwards every id and every window must be as if none was. */
@Tag("full")
class FaultsST {
  private static final String UNTIL = "2001-01-08T00:00:00Z";
  private static final long SEED = Long.getLong("millrace.seed", 42);

  @TempDir Path home;

  @Test
  void shouldReconcileWhenValidatorAndTransformerAreKilledUnderLag() throws Exception {
    try (RunningMillrace millrace = new RunningMillrace(home, 24_000, Options.everything())) {
      replayUnderFaults(
          millrace,
          lag -> {
            Random random = new Random(SEED);
            killAtLag(millrace, "validator", lag::ofValidator, random);
            killAtLag(millrace, "transformer", lag::ofTransformer, random);
            Thread.sleep(1000 + random.nextInt(3000));
            millrace.system.restart("broker");
          });
    }
  }

  @Test
  void shouldReconcileWhenOneOfTwoInstancesIsKilled() throws Exception {
    try (RunningMillrace millrace =
        new RunningMillrace(
            home,
            26_000,
            Options.everything()
                .withInstances(Service.VALIDATOR, 2)
                .withInstances(Service.TRANSFORMER, 2))) {
      replayUnderFaults(
          millrace,
          lag -> {
            Random random = new Random(SEED + 1);
            killAtLag(millrace, "validator-2", lag::ofValidator, random);
            killAtLag(millrace, "transformer-2", lag::ofTransformer, random);
          });
    }
  }

  private interface Faults {
    void strike(PipelineLag lag) throws Exception;
  }

  private interface Lag {
    long records();
  }

  private static void replayUnderFaults(RunningMillrace millrace, Faults faults) throws Exception {
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
    System.out.println("seed " + SEED + "\n" + numbers.report());
    assertThat(numbers.isExact()).as("seed %d%n%s", SEED, numbers.report()).isTrue();
    FeatureComparison comparison = millrace.compareWithFiles(UNTIL);
    assertThat(comparison.isExact()).as("seed %d%n%s", SEED, comparison.report()).isTrue();
  }

  private static void killAtLag(RunningMillrace millrace, String process, Lag lag, Random random)
      throws Exception {
    Thread.sleep(random.nextInt(2000));
    RunningMillrace.await(process + " has over 1,000 records of lag", () -> lag.records() > 1000);
    System.out.printf("kill -9 %s at a lag of %,d%n", process, lag.records());
    millrace.system.kill9(process);
    millrace.system.restart(process);
  }
}
