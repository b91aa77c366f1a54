package io.millrace.statistics.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.contracts.pipeline.Metric;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What others answer. The files' 200 rows are random; of the binary ones many share a score, 20
 * have the score 0 and 33 the score 1, 11 of these with the other label.
 */
class KnownAnswersTest {
  private static final double LAST_DIGITS = 1e-13;

  /** scikit-learn 1.9.1 with NumPy 2.4 on the same file; decisions by {@code score > 0.5}. */
  @ParameterizedTest
  @CsvSource({
    "binary.csv, AUC, 0.6492597038815525, roc_auc_score",
    "binary.csv, ACCURACY, 0.59, accuracy_score",
    "binary.csv, PRECISION, 0.6063829787234043, precision_score",
    "binary.csv, RECALL, 0.5588235294117647, recall_score",
    "regression.csv, MAE, 22.63952, mean_absolute_error",
    "regression.csv, RMSE, 28.28709339592882, root_mean_squared_error",
    "regression.csv, R2, 0.2213761296496496, r2_score"
  })
  void shouldAnswerAsScikitLearnDoes(String file, Metric metric, double known, String function) {
    assertThat(value(Measure.of(metric), rows(file)))
        .as(function)
        .isEqualTo(known, within(LAST_DIGITS));
  }

  /**
   * scikit-learn 1.9.1, {@code log_loss}. It clips to the machine precision of the scores' type; of
   * float32 scores it also sums in float32.
   */
  @Test
  void shouldClipProbabilitiesAsScikitLearnDoes() {
    Predictions rows = rows("binary.csv");

    assertThat(value(new LogLoss(0x1p-52), rows)).isEqualTo(2.641788622545007, within(LAST_DIGITS));
    assertThat(value(Measure.of(Metric.LOG_LOSS), rows))
        .isEqualTo(1.5362188816070557, within(1e-6));
  }

  /** scikit-learn 1.9.1: {@code log_loss([0, 1], float32([1, 0]))}, and of {@code [0, 1]}. */
  @Test
  void shouldStayFiniteWhenAProbabilityIsZeroOrOne() {
    Measure logLoss = Measure.of(Metric.LOG_LOSS);

    assertThat(value(logLoss, predictions(List.of(0.0, 1.0), List.of(1.0, 0.0))))
        .isEqualTo(15.942384719848633, within(1e-6));
    assertThat(value(logLoss, predictions(List.of(0.0, 1.0), List.of(0.0, 1.0))))
        .isEqualTo(1.1920930376163597e-07, within(1e-12));
  }

  /** The examples in scikit-learn's reference: log_loss, roc_auc_score, r2_score. */
  @Test
  void shouldAnswerAsTheReferenceOfScikitLearnSays() {
    Predictions spam = predictions(List.of(1.0, 0.0, 0.0, 1.0), List.of(0.9, 0.1, 0.2, 0.65));
    Predictions ranked = predictions(List.of(0.0, 0.0, 1.0, 1.0), List.of(0.1, 0.4, 0.35, 0.8));
    Predictions values = predictions(List.of(3.0, -0.5, 2.0, 7.0), List.of(2.5, 0.0, 2.0, 8.0));

    assertThat(value(Measure.of(Metric.LOG_LOSS), spam)).isEqualTo(0.21616, within(5e-6));
    assertThat(value(Measure.of(Metric.AUC), ranked)).isEqualTo(0.75);
    assertThat(value(Measure.of(Metric.R2), values)).isEqualTo(0.948, within(1e-3));
    assertThat(value(Measure.of(Metric.MAE), values)).isEqualTo(0.5);
    assertThat(value(Measure.of(Metric.RMSE), values)).isEqualTo(0.612, within(1e-3));
  }

  /** By hand: pairs (0.5, 0.5) half, (0.5, 0.1) whole, (0.1, 0.5) none, (0.1, 0.1) half: 2 of 4. */
  @Test
  void shouldCountATieAsHalfAPair() {
    Predictions ties = predictions(List.of(1.0, 1.0, 0.0, 0.0), List.of(0.5, 0.1, 0.5, 0.1));

    assertThat(value(Measure.of(Metric.AUC), ties)).isEqualTo(0.5);
  }

  private static double value(Measure measure, Predictions predictions) {
    return ((Measurement.Value) measure.of(predictions)).value();
  }

  private static Predictions rows(String file) {
    List<String[]> lines;
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(KnownAnswersTest.class.getResourceAsStream("/" + file)),
                StandardCharsets.UTF_8))) {
      lines = in.lines().map(line -> line.split(",")).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return predictions(
        lines.stream().map(cells -> Double.valueOf(cells[0])).toList(),
        lines.stream().map(cells -> Double.valueOf(cells[1])).toList());
  }

  private static Predictions predictions(List<Double> labels, List<Double> scores) {
    return new Predictions(
        labels.stream().mapToDouble(d -> d).toArray(),
        scores.stream().mapToDouble(d -> d).toArray());
  }
}
