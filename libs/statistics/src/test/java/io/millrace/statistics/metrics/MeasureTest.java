package io.millrace.statistics.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.contracts.pipeline.Metric;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MeasureTest {
  @ParameterizedTest
  @EnumSource(Metric.class)
  void shouldBeUndefinedWithoutRows(Metric metric) {
    assertThat(Measure.of(metric).of(new Predictions(new double[0], new double[0])))
        .isInstanceOf(Measurement.Undefined.class);
  }

  @ParameterizedTest
  @CsvSource({
    "AUC, 1, all labels are true",
    "AUC, 0, all labels are false",
    "RECALL, 0, no label is true",
    "R2, 7, there are no two different labels"
  })
  void shouldSayWhyWhenLabelsAreAllTheSame(Metric metric, double label, String reason) {
    Predictions same = new Predictions(new double[] {label, label}, new double[] {0.2, 0.8});

    assertThat(Measure.of(metric).of(same)).isEqualTo(new Measurement.Undefined(reason));
  }

  @Test
  void shouldHaveNoPrecisionWhenNothingIsPredictedTrue() {
    Predictions half = new Predictions(new double[] {1, 0}, new double[] {0.5, 0.1});

    assertThat(Measure.of(Metric.PRECISION).of(half))
        .isEqualTo(new Measurement.Undefined("no row is predicted true"));
    assertThat(Measure.of(Metric.RECALL).of(half)).isEqualTo(new Measurement.Value(0));
  }

  @Test
  void shouldRefuseWhatIsNotANumber() {
    assertThatThrownBy(() -> new Predictions(new double[] {1}, new double[] {Double.NaN}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the score of row 0 is NaN");
  }

  /** By its definition: all pairs, one by one. Few different scores, so that most tie. */
  @Property
  void shouldEqualTheShareOfPairsInOrder(
      @ForAll @Size(min = 1, max = 40) @IntRange(min = -3, max = 3) int[] trues,
      @ForAll @Size(min = 1, max = 40) @IntRange(min = -3, max = 3) int[] falses) {
    double pairs = 0;
    for (int positive : trues) {
      for (int negative : falses) {
        pairs += positive > negative ? 1 : positive == negative ? 0.5 : 0;
      }
    }
    double[] labels = new double[trues.length + falses.length];
    java.util.Arrays.fill(labels, 0, trues.length, 1);
    double[] scores =
        IntStream.concat(IntStream.of(trues), IntStream.of(falses)).mapToDouble(s -> s).toArray();

    assertThat(((Measurement.Value) new Auc().of(new Predictions(labels, scores))).value())
        .isEqualTo(pairs / (trues.length * falses.length), within(1e-15));
  }
}
