package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Silence is free: whoever has said that nothing comes says nothing more. */
@Tag("warm")
@ExtendWith(WarmMillrace.class)
final class IdleST {
  private static final String PIPELINE = "quiet";
  private static final Duration QUIET = Duration.ofSeconds(15);
  private static final Duration SPAN = Duration.ofSeconds(20);

  private final RunningMillrace millrace;

  IdleST(RunningMillrace warm) {
    this.millrace = warm;
  }

  @AfterEach
  void delete() throws Exception {
    millrace.delete(PIPELINE);
  }

  /** A model is live; the broker's own topics of offsets and transactions count too. */
  @Test
  void shouldWriteNoRecordToAnyTopicWhileNothingComes(@TempDir Path folder) throws Exception {
    Path pipeline = RunningMillrace.flightsAs(PIPELINE, folder, RunningMillrace.FLIGHTS_DATA);
    allowAnyModel(pipeline.resolve("pipeline.yaml"));
    millrace.run("replay", pipeline.toString(), "--to", "2001-01-02T00:00:00Z");
    millrace.awaitParts(PIPELINE);
    millrace.run("run", PIPELINE);
    millrace.run(
        "replay",
        pipeline.toString(),
        "--no-apply",
        "--from",
        "2001-01-02T00:00:00Z",
        "--to",
        "2001-01-02T12:00:00Z");
    RunningMillrace.await(
        "the model predicts",
        () -> millrace.counts("serving", PIPELINE).path("predictions").asLong() > 0);
    awaitSilence(millrace);

    Offsets before = Offsets.of(millrace.system.bootstrapServers());
    Instant end = Instant.now().plus(SPAN);
    while (Instant.now().isBefore(end)) {
      Thread.sleep(1000);
    }
    Offsets after = Offsets.of(millrace.system.bootstrapServers());

    assertThat(after.writtenSince(before)).isEmpty();
    assertThat(after.topics(PIPELINE)).isBetween(10L, 20L);
  }

  private static void allowAnyModel(Path file) throws IOException {
    Files.writeString(
        file, Files.readString(file).replaceFirst("lowerBound: 0.65", "lowerBound: 0.01"));
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
