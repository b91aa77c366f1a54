package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.running.PipelineLag;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/** Silence is free: whoever has said that nothing comes says nothing more. */
@Warm
final class SilenceST {
  private static final Duration QUIET = Duration.ofSeconds(15);
  private static final Duration SPAN = Duration.ofSeconds(20);

  private final RunningMillrace millrace;
  private final SharedFlights flights;

  SilenceST(RunningMillrace millrace, SharedFlights flights) {
    this.millrace = millrace;
    this.flights = flights;
  }

  /** A model is live; the broker's own topics of offsets and transactions count too. */
  @Test
  void shouldWriteNoRecordToAnyTopicWhileNothingComes() throws Exception {
    flights.replayUntil("2001-01-05T00:00:00Z");
    flights.requireChampion();
    flights.replayUntil(flights.end().plus(Duration.ofHours(12)));
    RunningMillrace.await(
        "the model predicts",
        () -> millrace.counts("serving", SharedFlights.NAME).path("predictions").asLong() > 0);
    awaitSilence(millrace);

    Offsets before = Offsets.of(millrace.system.bootstrapServers());
    Instant end = Instant.now().plus(SPAN);
    while (Instant.now().isBefore(end)) {
      Thread.sleep(1000);
    }
    Offsets after = Offsets.of(millrace.system.bootstrapServers());

    assertThat(after.writtenSince(before)).isEmpty();
    assertThat(after.topics(SharedFlights.NAME)).isBetween(10L, 20L);
    try (Admin admin = millrace.system.kafka().admin()) {
      assertThat(new PipelineLag(admin, RunningMillrace.flights()).byGroup().values())
          .as("markers of transactions are no lag")
          .hasSize(6)
          .containsOnly(0L);
    }
  }

  /** Until nothing has been written for longer than a source takes to say that it is idle. */
  static void awaitSilence(RunningMillrace millrace) throws Exception {
    AtomicReference<Offsets> last =
        new AtomicReference<>(Offsets.of(millrace.system.bootstrapServers()));
    RunningMillrace.await(
        "nothing is written",
        () -> {
          Thread.sleep(QUIET.toMillis());
          Offsets now = Offsets.of(millrace.system.bootstrapServers());
          return now.writtenSince(last.getAndSet(now)).isEmpty();
        });
  }
}
