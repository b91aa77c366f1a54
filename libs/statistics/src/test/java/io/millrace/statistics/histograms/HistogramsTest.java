package io.millrace.statistics.histograms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Metric;
import io.millrace.statistics.distances.Counts;
import io.millrace.statistics.distances.Distance;
import io.millrace.statistics.histograms.Reference.Sides;
import io.millrace.statistics.metrics.Measure;
import io.millrace.statistics.metrics.Measurement;
import io.millrace.statistics.metrics.Predictions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class HistogramsTest {
  /** Two neighbouring scores in one range count as equal; without such pairs nothing is lost. */
  @Property(tries = 200)
  void shouldMeasureBinaryLabelsAsTheExactMetricsDoWhenScoresAreInTheMiddleOfTheirRanges(
      @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 9_999) Integer> ranges,
      @ForAll @Size(60) List<Boolean> labels) {
    double[] scores = ranges.stream().mapToDouble(range -> (range + 0.5) / 10_000).toArray();
    double[] truth = new double[scores.length];
    ScoreHistogram histogram = ScoreHistogram.EMPTY;
    for (int i = 0; i < scores.length; i++) {
      truth[i] = labels.get(i) ? 1 : 0;
      histogram = histogram.plus(one(scores[i], labels.get(i)));
    }
    for (Metric metric : Metric.values()) {
      if (metric.fits(Label.Kind.BINARY)) {
        same(metric, histogram.measure(metric), new Predictions(truth, scores));
      }
    }
  }

  @Property(tries = 200)
  void shouldMeasureNumbersAsTheExactMetricsDo(
      @ForAll @Size(min = 1, max = 40) List<@DoubleRange(min = -1e4, max = 1e4) Double> scores,
      @ForAll @Size(40) List<@DoubleRange(min = -1e4, max = 1e4) Double> labels) {
    ErrorSums forward = ErrorSums.EMPTY;
    ErrorSums backward = ErrorSums.EMPTY;
    for (int i = 0; i < scores.size(); i++) {
      int last = scores.size() - 1 - i;
      forward = forward.plus(ErrorSums.of(scores.get(i), labels.get(i)));
      backward = ErrorSums.of(scores.get(last), labels.get(last)).plus(backward);
    }
    Predictions exact =
        new Predictions(
            labels.stream().limit(scores.size()).mapToDouble(d -> d).toArray(),
            scores.stream().mapToDouble(d -> d).toArray());
    for (Metric metric : List.of(Metric.MAE, Metric.RMSE, Metric.R2)) {
      assertThat(forward.measure(metric)).isEqualTo(backward.measure(metric));
      same(metric, forward.measure(metric), exact);
    }
  }

  /** Of a thousand rows with a score of 0.3, three hundred are to be true. */
  @Property(tries = 100)
  void shouldExpectWhatTheExactMetricsAreWhereEveryScoreComesTrue(
      @ForAll @Size(min = 2, max = 8) Set<@IntRange(min = 20, max = 980) Integer> thousandths) {
    ScoreHistogram histogram = ScoreHistogram.EMPTY;
    int rows = thousandths.size() * 1000;
    double[] scores = new double[rows];
    double[] truth = new double[rows];
    int row = 0;
    for (int thousandth : thousandths) {
      for (int i = 0; i < 1000; i++) {
        scores[row] = thousandth / 1000.0;
        truth[row] = i < thousandth ? 1 : 0;
        histogram = histogram.plus(one(scores[row], i % 2 == 0)); // labels don't count
        row++;
      }
    }
    Predictions come = new Predictions(truth, scores);
    for (Metric metric : Metric.values()) {
      if (metric.fits(Label.Kind.BINARY)
          && Measure.of(metric).of(come) instanceof Measurement.Value(double exact)) {
        assertThat(histogram.expected(metric))
            .isInstanceOfSatisfying(
                Measurement.Value.class,
                value ->
                    assertThat(value.value()).as(metric.name()).isCloseTo(exact, within(2e-3)));
      }
    }
  }

  @Test
  void shouldDecideForFalseWhenTheScoreIsOneHalf() {
    assertThat(one(0.5, true).measure(Metric.RECALL)).isEqualTo(new Measurement.Value(0));
    assertThat(one(Math.nextUp(0.5f), true).measure(Metric.RECALL))
        .isEqualTo(new Measurement.Value(1));
    assertThat(List.of(ScoreHistogram.range(0), ScoreHistogram.range(1))).containsExactly(0, 9_999);
  }

  @Test
  void shouldSayNothingOfOneClassOnly() {
    assertThat(one(0.3, true).measure(Metric.AUC))
        .isEqualTo(new Measurement.Undefined("all labels are true"));
  }

  /** 0.095816 bits: SciPy 1.17.1, {@code jensenshannon([.5, .3, .2], [.2, .3, .5], 2) ** 2}. */
  @Test
  void shouldTellKnownDistances() {
    ValueHistogram before = texts(Map.of("a", 5L, "b", 3L, "c", 2L), 0);
    ValueHistogram after = texts(Map.of("a", 2L, "b", 3L, "c", 5L), 0);
    Reference reference = Reference.of(before);
    Sides sides = reference.with(after);

    assertThat(Distance.L_INFINITY.of(sides.reference(), sides.values()).getAsDouble())
        .isEqualTo(0.3, within(1e-12));
    assertThat(jsd(reference, after)).isEqualTo(0.095816, within(5e-7));
    assertThat(jsd(reference, texts(Map.of("x", 9L), 0))).isEqualTo(1);
    assertThat(jsd(Reference.of(texts(Map.of("a", 5L), 5)), texts(Map.of("a", 50L), 50))).isZero();
  }

  @Test
  void shouldCompareNumbersByTheDecilesOfTheReference() {
    ValueHistogram hundred = ValueHistogram.EMPTY;
    for (int i = 1; i <= 100; i++) {
      hundred = hundred.plus(number(i));
    }
    Reference reference = Reference.of(hundred);

    Counts counts = reference.with(hundred).reference();
    assertThat(counts.values()).hasSize(10).containsValue(10L).containsKeys("0", "9");
    assertThat(jsd(reference, numbers(1, 11, 21, 31, 41, 51, 61, 71, 81, 100))).isZero();
    assertThat(jsd(reference, numbers(10, 20, 30, 40, 50, 60, 70, 80, 90, 91))).isZero();
    assertThat(jsd(reference, hundred.plus(hundred))).isZero();
    assertThat(jsd(reference, number(101))).isEqualTo(1);
    assertThat(jsd(reference, number(-3))).isEqualTo(1);
  }

  @Test
  void shouldPutNumbersBetweenTheBoundariesOfTrainingRows() {
    Reference reference = Reference.numbers(List.of(0.0, 0.5, 1.0), List.of(3L, 1L), 1);
    ValueHistogram same =
        number(0).plus(number(0.2)).plus(number(0.4)).plus(number(1)).plus(texts(Map.of(), 1));

    assertThat(jsd(reference, same)).isZero();
    assertThat(reference.total()).isEqualTo(5);
  }

  /** As many other numbers leave no cell for each of 1000.1 and 1000.2. */
  @Test
  void shouldTakeBoundariesInOneCellForOne() {
    Reference reference =
        Reference.numbers(List.of(0.0, 1000.1, 1000.2, 2000.0), List.of(5L, 2L, 3L), 0);
    ValueHistogram wide =
        new ValueHistogram(
            DoubleStream.iterate(1, number -> number * 1.02)
                .limit(3_000)
                .mapToObj(NumberHistogram::of)
                .reduce(NumberHistogram.EMPTY, NumberHistogram::plus),
            new TreeMap<>(),
            0,
            0);

    assertThat(reference.with(numbers(1)).reference().values())
        .isEqualTo(Map.of("0", 5L, "1", 2L, "2", 3L));
    assertThat(reference.with(wide).reference().values()).isEqualTo(Map.of("0", 5L, "1", 5L));
  }

  /** Half of them are the greatest, which so has a range of its own. */
  @Test
  void shouldTellTwoNumbersApart() {
    Reference reference = Reference.of(numbers(0, 1, 0, 1));

    assertThat(jsd(reference, numbers(0, 1))).isZero();
    assertThat(jsd(reference, numbers(0, 0))).isPositive();
    assertThat(jsd(reference, numbers(1, 1))).isPositive();
  }

  @Test
  void shouldCountStringsThatTheReferenceDoesNotNameAsItsOthers() {
    Reference reference = Reference.texts(Map.of("a", 6L), 4, 0);

    assertThat(jsd(reference, texts(Map.of("a", 6L, "x", 3L, "y", 1L), 0))).isZero();
  }

  private static double jsd(Reference reference, ValueHistogram values) {
    Sides sides = reference.with(values);
    return Distance.JENSEN_SHANNON_BITS.of(sides.reference(), sides.values()).getAsDouble();
  }

  private static ValueHistogram texts(Map<String, Long> texts, long missing) {
    return new ValueHistogram(NumberHistogram.EMPTY, new TreeMap<>(texts), 0, missing);
  }

  private static ValueHistogram number(double number) {
    return new ValueHistogram(NumberHistogram.of(number), new TreeMap<>(), 0, 0);
  }

  private static ValueHistogram numbers(double... numbers) {
    return DoubleStream.of(numbers)
        .mapToObj(HistogramsTest::number)
        .reduce(ValueHistogram.EMPTY, ValueHistogram::plus);
  }

  private static ScoreHistogram one(double score, boolean label) {
    TreeMap<Integer, Long> one = new TreeMap<>(Map.of(ScoreHistogram.range(score), 1L));
    return label
        ? new ScoreHistogram(new TreeMap<>(), one)
        : new ScoreHistogram(one, new TreeMap<>());
  }

  private static void same(Metric metric, Measurement binned, Predictions rows) {
    switch (Measure.of(metric).of(rows)) {
      case Measurement.Value exact ->
          assertThat(((Measurement.Value) binned).value())
              .as("%s", metric)
              .isEqualTo(exact.value(), within(1e-6 * Math.max(1, Math.abs(exact.value()))));
      case Measurement.Undefined undefined ->
          assertThat(binned).as("%s", metric).isEqualTo(undefined);
    }
  }
}
