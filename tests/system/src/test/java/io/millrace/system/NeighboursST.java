package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.Millrace;
import io.millrace.local.reconcile.Reconciliation;
import io.millrace.testkit.oracle.FeatureComparison;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The registry is away when the validator starts, and Redis while labels stream in. */
class NeighboursST {
  private static final String AWAY = "2001-01-02T00:00:00Z";
  private static final String UNTIL = "2001-01-03T00:00:00Z";

  @TempDir Path home;

  @Test
  void shouldCatchUpWhenRegistryAndRedisComeBack() throws Exception {
    try (RunningMillrace millrace =
        new RunningMillrace(home, 20_000, RunningMillrace.featuresOnly())) {
      millrace.replayFlights(AWAY);
      GenericRecord[] any = new GenericRecord[1];
      millrace.forEachVector(RunningMillrace.flights(), vector -> any[0] = vector);
      FeastClient feast = new FeastClient(millrace);

      long before = millrace.counts("transformer", "flights").path("vectors").asLong();
      CompletableFuture<Void> replay =
          CompletableFuture.runAsync(
              () ->
                  millrace.run(
                      "replay",
                      RunningMillrace.FLIGHTS.toString(),
                      "--from",
                      AWAY,
                      "--to",
                      UNTIL,
                      "--speed",
                      "6000x"),
              task -> Thread.ofPlatform().daemon().name("replay").start(task));
      RunningMillrace.await(
          "flights of the second day arrive",
          () -> millrace.counts("transformer", "flights").path("vectors").asLong() > before);
      millrace.system.kill9("registry");
      millrace.system.kill9("redis");
      assertThat(Millrace.run("status", "--home", home.toString())).isEqualTo(1);
      millrace.system.restart("validator");
      RunningMillrace.await(
          "the online answer says that Redis is away",
          () -> feast.ask(any[0]).path("code").asText().equals("REDIS_UNAVAILABLE"));
      for (String service : new String[] {"validator", "transformer"}) {
        assertThat(
                millrace
                    .get(millrace.system.url(service).resolve("/q/health/live"))
                    .path("status")
                    .asText())
            .as("liveness of " + service)
            .isEqualTo("UP");
      }
      assertThat(replay).isNotDone();

      millrace.system.restart("registry");
      millrace.system.restart("redis");
      replay.join();
      millrace.awaitParts("flights");

      Reconciliation numbers = millrace.reconcile(RunningMillrace.flights());
      assertThat(numbers.isExact()).as(numbers.report()).isTrue();
      FeatureComparison comparison = millrace.compareWithFiles(UNTIL);
      assertThat(comparison.isExact()).as(comparison.report()).isTrue();
      RunningMillrace.await(
          "Redis is filled", () -> feast.ask(any[0]).path("code").isMissingNode());
      feast.requireWhatTheStreamAnswered(Instant.parse(UNTIL), 50);
    }
  }
}
