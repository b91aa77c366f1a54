package io.millrace.artifacts.datasets;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.artifacts.datasets.ColumnStatistics.Moments;
import io.millrace.artifacts.datasets.ColumnStatistics.ValueCount;
import io.millrace.artifacts.datasets.Flights.Flight;
import io.millrace.contracts.pipeline.Pipeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ColumnStatisticsTest {
  private static final Pipeline PIPELINE = Flights.pipeline("{by: hash, eval: 0.2}");

  @TempDir Path folder;
  private Flights flights;

  @BeforeEach
  void open() {
    flights = new Flights(folder);
  }

  /** 2, 4, 4, 4, 5, 5, 7, 9 have mean 40 / 8 = 5 and variance 32 / 8 = 4. */
  @Test
  void shouldTakeMeanAndDeviationOfWhatIsThere() throws Exception {
    try (DataSet data = delays(2.0, 4.0, null, 4.0, 4.0, 5.0, Double.NaN, 5.0, 7.0, 9.0)) {
      ColumnStatistics statistics = data.statistics(Selection.ALL, List.of("delay"));

      assertThat(statistics.moments("delay")).contains(new Moments(8, 5, 2, 2, 9));
      assertThat(statistics.rows()).isEqualTo(10);
      assertThat(statistics.count("delay")).isEqualTo(8);
    }
  }

  @Test
  void shouldHaveNoMomentsWhereNothingIsThere() throws Exception {
    try (DataSet data = delays(null, null)) {
      ColumnStatistics statistics = data.statistics(Selection.ALL, List.of("delay"));

      assertThat(statistics.moments("delay")).isEmpty();
      assertThat(statistics.quantiles("delay", 4)).isEmpty();
    }
  }

  @Test
  void shouldTakeInfinitiesForTheLargestFloat() throws Exception {
    try (DataSet data = delays(Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e300)) {
      Moments moments =
          data.statistics(Selection.ALL, List.of("delay")).moments("delay").orElseThrow();

      assertThat(moments.max()).isEqualTo(Float.MAX_VALUE);
      assertThat(moments.min()).isEqualTo(-Float.MAX_VALUE);
      assertThat(moments.mean()).isCloseTo(Float.MAX_VALUE / 3.0, Offset.offset(1e25));
    }
  }

  /** Of 1 … 100 the 25th, 50th and 75th; of 1, 1, 1, 2 all quartiles below the last are 1. */
  @Test
  void shouldTakeExactQuantiles() throws Exception {
    Double[] hundred =
        IntStream.rangeClosed(1, 100).asDoubleStream().boxed().toArray(Double[]::new);
    try (DataSet data = delays(hundred)) {
      ColumnStatistics statistics = data.statistics(Selection.ALL, List.of("delay"));
      assertThat(statistics.quantiles("delay", 4)).containsExactly(25.0, 50.0, 75.0);
      assertThat(statistics.quantiles("delay", 1)).isEmpty();
    }
    try (DataSet data = delays(2.0, 1.0, 1.0, 1.0, null)) {
      ColumnStatistics statistics = data.statistics(Selection.ALL, List.of("delay"));
      assertThat(statistics.quantiles("delay", 4)).containsExactly(1.0);
    }
  }

  @Test
  void shouldCountBothEndsInTheLastBucket() throws Exception {
    try (DataSet data = delays(0.0, 1.0, 1.5, 2.0, 3.0, 3.0, null)) {
      ColumnStatistics statistics = data.statistics(Selection.ALL, List.of("delay"));
      assertThat(statistics.histogram("delay", List.of(0.0, 1.0, 2.0, 3.0)))
          .containsExactly(1L, 2L, 3L);
      assertThat(statistics.histogram("delay", List.of(3.0, 3.0))).containsExactly(2L);
    }
  }

  /** "B" < "a" < "z" < "é" < "😀" by bytes: 42, 61, 7a, c3 a9, f0 9f 98 80. */
  @Test
  void shouldOrderValuesByCountAndThenByBytes() throws Exception {
    List<Flight> rows = new ArrayList<>();
    long id = 0;
    for (String origin : new String[] {"é", "a", "z", "B", "😀", "x", "x", "", null}) {
      rows.add(new Flight(id++, 1, origin, 1.0, false));
    }
    try (DataSet data = open(rows)) {
      ColumnStatistics statistics = data.statistics(Selection.ALL, List.of("origin"));

      assertThat(statistics.values("origin", 100, 1))
          .extracting(ValueCount::value)
          .containsExactly("x", "B", "a", "z", "é", "😀");
      assertThat(statistics.values("origin", 2, 1))
          .containsExactly(new ValueCount("x", 2), new ValueCount("B", 1));
      assertThat(statistics.values("origin", 100, 2)).containsExactly(new ValueCount("x", 2));
      assertThat(statistics.count("origin")).isEqualTo(7);
    }
  }

  @Test
  void shouldLookAtTheSelectionOnly() throws Exception {
    List<Flight> rows = new ArrayList<>();
    for (long id = 0; id < 500; id++) {
      rows.add(new Flight(id, 1, "A", (double) id, false));
    }
    try (DataSet data = open(rows)) {
      long train = data.statistics(Selection.TRAIN, List.of("delay")).rows();
      assertThat(train).isEqualTo(data.rows(Selection.TRAIN)).isLessThan(500);
    }
  }

  private DataSet delays(Double... delays) throws Exception {
    List<Flight> rows = new ArrayList<>();
    for (Double delay : delays) {
      rows.add(new Flight(rows.size(), 1, "A", delay, false));
    }
    return open(rows);
  }

  private DataSet open(List<Flight> rows) throws Exception {
    Manifest manifest = flights.freeze(PIPELINE, List.of(flights.part(PIPELINE, rows)), 1);
    return DataSet.open(manifest, PIPELINE, flights.store(), flights.reading());
  }
}
