package io.millrace.statistics.histograms;

import io.millrace.contracts.pipeline.Metric;
import io.millrace.statistics.metrics.Measurement;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * What the metrics of a REGRESSION label need, summed up without rounding, so that the order in
 * which rows come makes no difference.
 */
public record ErrorSums(
    long rows,
    BigDecimal absolute,
    BigDecimal squared,
    BigDecimal labels,
    BigDecimal labelSquares) {
  public static final ErrorSums EMPTY =
      new ErrorSums(0, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO, BigDecimal.ZERO);

  /** One row; both numbers are finite. */
  public static ErrorSums of(double score, double label) {
    BigDecimal y = new BigDecimal(label);
    BigDecimal error = new BigDecimal(score).subtract(y);
    return new ErrorSums(1, error.abs(), error.multiply(error), y, y.multiply(y));
  }

  public ErrorSums plus(ErrorSums other) {
    return new ErrorSums(
        rows + other.rows,
        absolute.add(other.absolute),
        squared.add(other.squared),
        labels.add(other.labels),
        labelSquares.add(other.labelSquares));
  }

  /**
   * A metric of a REGRESSION label.
   *
   * @throws IllegalArgumentException for a metric of other labels
   */
  public Measurement measure(Metric metric) {
    if (rows == 0) {
      return new Measurement.Undefined("there are no rows");
    }
    return switch (metric) {
      case MAE -> new Measurement.Value(absolute.doubleValue() / rows);
      case RMSE -> new Measurement.Value(Math.sqrt(squared.doubleValue() / rows));
      case R2 -> r2();
      case AUC, ACCURACY, PRECISION, RECALL, LOG_LOSS ->
          throw new IllegalArgumentException(metric + " of a number");
    };
  }

  private Measurement r2() {
    BigDecimal n = BigDecimal.valueOf(rows);
    BigDecimal spread = n.multiply(labelSquares).subtract(labels.multiply(labels));
    return spread.signum() == 0
        ? new Measurement.Undefined("there are no two different labels")
        : new Measurement.Value(
            1 - n.multiply(squared).divide(spread, MathContext.DECIMAL64).doubleValue());
  }
}
