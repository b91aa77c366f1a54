package io.millrace.transformer.parts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.datasets.DataSet;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.artifacts.datasets.Reading;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.RunStep;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.parts.PartTotals;
import io.millrace.messaging.runs.Runs;
import io.millrace.transformer.retention.Collecting;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Data that is kept for years: parts are written, merged, frozen by runs, taken back and collected
 * while a clock runs ahead of that of this machine.
 */
@ExtendWith(KafkaClusterExtension.class)
@SuppressWarnings("NullAway.Init") // the extension sets the cluster
class YearIT {
  private static final int ROWS_A_PART = 2;
  private static final int AT_ONCE = 500;
  private static final double FLAT = 0.2;

  @TempDir Path folder;
  private KafkaCluster cluster;

  /** The clock of the pipeline: that of this machine and some days. */
  private static final class Ahead extends Clock {
    private final Clock machine = Clock.systemUTC();
    private volatile Duration by = Duration.ZERO;

    @Override
    public Instant instant() {
      return machine.instant().plus(by);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private record Now(Duration every) implements CompactionSettings {
    @Override
    public boolean enabled() {
      return true;
    }

    @Override
    public Duration delay() {
      return Duration.ofMinutes(1);
    }

    @Override
    public String memory() {
      return "256MB";
    }
  }

  /**
   * How long it goes.
   *
   * @param first parts of the first day
   * @param each parts of each other day
   * @param step days from one run and collection to the next
   * @param kept for how many days parts and manifests are
   */
  private record Scale(int first, int days, int each, int step, int kept, Duration every) {}

  /** What there is, and how long a run takes to find its rows. */
  private record Found(int day, long parts, long files, long facts, long millis) {}

  @Test
  void shouldHoldAsMuchLaterAsWhenItsRetentionIsReached() throws IOException {
    hold(new Scale(48, 7, 6, 1, 2, Duration.ofMillis(300)));
  }

  @Test
  @Tag("full")
  void shouldHoldAsMuchAfterAYearAsWhenItsRetentionIsReached() throws IOException {
    hold(new Scale(5_760, 365, 58, 30, 90, Duration.ofSeconds(4)));
  }

  private void hold(Scale scale) throws IOException {
    List<Found> found;
    try (RowsFixture fixture = new RowsFixture(cluster.getBootstrapServers(), scale.kept() + "d")) {
      fixture.createTopics();
      found = new Life(fixture, scale).live();
    }

    found.forEach(System.out::println);
    List<Found> kept =
        found.stream().filter(each -> each.day() > scale.kept() + scale.step()).toList();
    assertThat(kept).hasSizeGreaterThan(2);
    Found first = kept.getFirst();
    assertThat(kept)
        .allSatisfy(
            later -> {
              assertFlat(first.parts(), later.parts());
              assertFlat(first.files(), later.files());
              assertFlat(first.facts(), later.facts());
              assertThat(later.millis())
                  .as("a run's start")
                  .isLessThan(Math.round(first.millis() * (1 + FLAT)) + 300);
            });
  }

  private static void assertFlat(long first, long later) {
    assertThat((double) later).isBetween(first * (1 - FLAT), first * (1 + FLAT));
  }

  private final class Life {
    private final RowsFixture fixture;
    private final Scale scale;
    private final Ahead clock = new Ahead();
    private final Instant begin = clock.instant().truncatedTo(ChronoUnit.DAYS);
    private final ArtifactStore store = ArtifactStore.at(folder.resolve("store").toUri());
    private final Runs runs = new Runs();
    private long id;

    Life(RowsFixture fixture, Scale scale) {
      this.fixture = fixture;
      this.scale = scale;
    }

    List<Found> live() throws IOException {
      List<Found> found = new ArrayList<>();
      try (PartWriter writer =
          fixture.writer(settings(), store, Optional.of(new Now(scale.every())), clock)) {
        writer.start();
        send(0, scale.first());
        settle(0);
        for (int day = 1; day <= scale.days(); day++) {
          send(day, scale.each());
          if (day % scale.step() == 0) {
            List<PartWritten> parts = settle(day);
            long millis = run("run-" + day);
            Collecting.collect(fixture.yaml(), parts, runs, store, clock);
            found.add(new Found(day, parts.size(), files(), facts(parts), millis));
          }
        }
      }
      return found;
    }

    /** Rows of a day, evenly. */
    private void send(int day, int parts) {
      long micros = Duration.ofDays(1).toNanos() / 1_000 / ((long) parts * ROWS_A_PART);
      long from = ChronoUnit.MICROS.between(Instant.EPOCH, begin.plus(day, ChronoUnit.DAYS));
      long first = id;
      long end = first + (long) parts * ROWS_A_PART;
      for (; id < end; id = Math.min(end, id + AT_ONCE)) {
        fixture.sendInto(
            0, id, Math.min(end, id + AT_ONCE), each -> from + (each - first) * micros);
      }
      clock.by = Duration.ofDays(day + 1L);
    }

    /** Once all rows are in parts, and nothing is to be merged or taken back. */
    private List<PartWritten> settle(int day) {
      List<PartWritten> settled = new ArrayList<>();
      await("day " + day)
          .atMost(Duration.ofMinutes(20))
          .pollInterval(scale.every().dividedBy(2))
          .until(
              () -> {
                settled.clear();
                settled.addAll(fixture.parts());
                return isSettled(settled);
              });
      return settled;
    }

    private boolean isSettled(List<PartWritten> parts) {
      if (parts.isEmpty() || fixture.lag() > 0) {
        return false;
      }
      Instant newest =
          parts.stream().map(PartWritten::getMaxTime).max(Instant::compareTo).orElseThrow();
      Instant oldest = newest.minus(scale.kept(), ChronoUnit.DAYS);
      return parts.stream().noneMatch(part -> part.getMaxTime().isBefore(oldest))
          && CompactionPlan.at(newest, new Now(scale.every()).delay()).groups(parts).isEmpty();
    }

    /** Freezes the rows there are, as a run does at its start. */
    private long run(String run) throws IOException {
      List<PartWritten> parts = fixture.parts(); // which a service knows without reading them
      long start = System.nanoTime();
      Instant newest =
          parts.stream().map(PartWritten::getMaxTime).max(Instant::compareTo).orElseThrow();
      Manifest manifest =
          DataSet.freeze(
              fixture.pipeline(),
              1,
              parts.stream()
                  .map(
                      part ->
                          new Manifest.Part(
                              part.getPart(),
                              part.getVersion(),
                              part.getUri(),
                              part.getSha256(),
                              part.getBytes(),
                              part.getRows()))
                  .toList(),
              ChronoUnit.MICROS.between(Instant.EPOCH, newest),
              store,
              new Reading("256MB", folder.resolve("spill")));
      long millis = (System.nanoTime() - start) / 1_000_000;
      assertThat(manifest.rows()).isEqualTo(parts.stream().mapToLong(PartWritten::getRows).sum());
      ArtifactRef file =
          store.put(manifest.toJson(), "tiny/manifests", ".json").reference("manifest");
      for (String step : List.of("requested", "transform", "finish")) {
        runs.accept(
            RunStep.newBuilder()
                .setPipeline("tiny")
                .setRun(run)
                .setStep(step)
                .setState("DONE")
                .setPipelineVersion(1)
                .setOutputs(step.equals("transform") ? List.of(file) : List.of())
                .setBy("test")
                .setAt(clock.instant())
                .build());
      }
      return millis;
    }

    private long files() throws IOException {
      AtomicInteger files = new AtomicInteger();
      store.list("tiny", stored -> files.incrementAndGet());
      return files.get();
    }

    /** As monitor knows them. */
    private long facts(List<PartWritten> parts) {
      PartTotals totals = new PartTotals("tiny");
      parts.forEach(totals::accept);
      return totals.parts();
    }

    private PartSettings settings() {
      return new PartSettings(
          KafkaClients.at(cluster.getBootstrapServers()),
          "one",
          folder.resolve("spool-one"),
          ROWS_A_PART,
          Duration.ofSeconds(2),
          Duration.ofSeconds(1),
          64L << 20);
    }
  }
}
