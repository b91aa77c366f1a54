package io.millrace.monitor.windows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Metric;
import io.millrace.monitor.verdicts.VersionNumbers;
import io.millrace.monitor.verdicts.WindowNumbers;
import io.millrace.statistics.histograms.NumberHistogram;
import io.millrace.statistics.histograms.ValueHistogram;
import io.millrace.statistics.metrics.Measure;
import io.millrace.statistics.metrics.Measurement;
import io.millrace.statistics.metrics.Predictions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class WindowTallyTest {
  private static final int WINDOWS = 3;

  /**
   * A prediction, all of whose properties follow from a number.
   *
   * @param seed any
   */
  private record Made(int id, int seed) {
    long window() {
      return Math.floorMod(seed, WINDOWS) * 1000L;
    }

    int version() {
      return 1 + Math.floorMod(seed / 3, 2);
    }

    double score() {
      return (Math.floorMod(seed, 10_000) + 0.5) / 10_000;
    }

    boolean isLabelled() {
      return seed % 5 != 0;
    }

    double label() {
      return Math.floorMod(seed / 7, 3) == 0 ? 1 : 0;
    }

    Map<String, @Nullable Object> features() {
      Map<String, @Nullable Object> features = new HashMap<>();
      features.put("origin", seed % 11 == 0 ? null : "A" + seed % 4);
      features.put("miles", seed % 13 == 0 ? Double.NaN : (double) (seed % 100));
      return features;
    }
  }

  @Property(tries = 100)
  void shouldCountTheSameForAnySplitAndInterleavingAsByBruteForce(
      @ForAll @Size(min = 1, max = 80) List<@IntRange(max = 1_000_000) Integer> seeds,
      @ForAll @IntRange(min = 1, max = 5) int partitions,
      @ForAll long order) {
    List<Made> all =
        IntStream.range(0, seeds.size()).mapToObj(i -> new Made(i, seeds.get(i))).toList();
    List<MapCells> cells = IntStream.range(0, partitions).mapToObj(i -> new MapCells()).toList();
    List<Runnable> events = new ArrayList<>();
    for (Made made : all) {
      Tally tally = new Tally(cells.get(made.id() % partitions), Label.Kind.BINARY);
      events.add(
          () -> tally.predicted(made.window(), made.version(), made.score(), made.features()));
      if (made.isLabelled()) {
        events.add(() -> tally.labelled(made.window(), made.version(), made.score(), made.label()));
      }
    }
    Collections.shuffle(events, new Random(order));
    events.forEach(Runnable::run);

    for (long window = 0; window < WINDOWS * 1000L; window += 1000) {
      WindowTally.Builder told = new WindowTally.Builder();
      for (MapCells partition : cells) {
        partition.tell(window, told);
      }
      check(window, all, told.build());
    }
  }

  private static void check(long window, List<Made> all, WindowTally tally) {
    WindowNumbers numbers = WindowNumbers.of(window, tally, Label.Kind.BINARY);
    for (int version = 1; version <= 2; version++) {
      int of = version;
      List<Made> own = all.stream().filter(m -> m.window() == window && m.version() == of).toList();
      List<Made> labelled = own.stream().filter(Made::isLabelled).toList();
      VersionNumbers counted = numbers.versions().get(version);
      if (own.isEmpty()) {
        assertThat(counted).isNull();
        continue;
      }
      assertThat(counted.predictions()).isEqualTo(own.size());
      assertThat(counted.labelled()).isEqualTo(labelled.size());
      Predictions rows =
          new Predictions(
              labelled.stream().mapToDouble(Made::label).toArray(),
              labelled.stream().mapToDouble(Made::score).toArray());
      for (Metric metric : List.of(Metric.AUC, Metric.ACCURACY, Metric.LOG_LOSS)) {
        Double value = counted.metrics().get(metric);
        switch (Measure.of(metric).of(rows)) {
          case Measurement.Value exact -> assertThat(value).isEqualTo(exact.value(), within(1e-6));
          case Measurement.Undefined undefined -> assertThat(value).isNull();
        }
      }
      assertThat(tally.scores().get(version).total()).isEqualTo(own.size());
    }
    ValueHistogram origin = tally.inputs().getOrDefault("origin", ValueHistogram.EMPTY);
    List<Made> own = all.stream().filter(m -> m.window() == window).toList();
    assertThat(origin.missing())
        .isEqualTo(own.stream().filter(m -> m.features().get("origin") == null).count());
    for (String text : List.of("A0", "A1", "A2", "A3")) {
      assertThat(origin.texts().getOrDefault(text, 0L))
          .isEqualTo(own.stream().filter(m -> text.equals(m.features().get("origin"))).count());
    }
    ValueHistogram miles = tally.inputs().getOrDefault("miles", ValueHistogram.EMPTY);
    assertThat(miles.total()).isEqualTo(own.size());
    assertThat(miles.numbers().cells().getOrDefault(NumberHistogram.key(42), 0L))
        .isEqualTo(
            own.stream().filter(m -> Double.valueOf(42).equals(m.features().get("miles"))).count());
  }

  @Test
  void shouldTakeStringsBeyondTheMostAsOthers() {
    MapCells cells = new MapCells();
    Tally tally = new Tally(cells, Label.Kind.BINARY);
    for (int i = 0; i < Tally.MOST_TEXTS + 5; i++) {
      tally.predicted(0, 1, 0.5, Map.of("user", "u" + i));
    }
    tally.predicted(0, 1, 0.5, Map.of("user", "u0"));
    WindowTally.Builder told = new WindowTally.Builder();
    cells.tell(0, told);

    ValueHistogram users = told.build().inputs().get("user");
    assertThat(users.texts()).hasSize(Tally.MOST_TEXTS).containsEntry("u0", 2L);
    assertThat(users.others()).isEqualTo(5);
  }

  @Test
  void shouldSumNumbersExactly() {
    MapCells cells = new MapCells();
    Tally tally = new Tally(cells, Label.Kind.REGRESSION);
    tally.predicted(0, 1, 1e300, Map.of());
    tally.labelled(0, 1, 1e-300, 3.5);
    tally.labelled(0, 1, 7.25, 3.5);
    WindowTally.Builder told = new WindowTally.Builder();
    cells.tell(0, told);

    assertThat(told.build().versions().get(1).metrics(Label.Kind.REGRESSION))
        .containsEntry(Metric.MAE, (3.5 + 3.75) / 2)
        .doesNotContainKey(Metric.R2);
  }
}
