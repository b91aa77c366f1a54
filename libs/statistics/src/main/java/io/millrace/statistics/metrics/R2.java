package io.millrace.statistics.metrics;

/**
 * Coefficient of determination: 1 − (mean squared error / variance of the labels). Where all labels
 * are the same it is undefined; scikit-learn answers 0 or 1 there.
 */
final class R2 implements Measure {
  @Override
  public Measurement of(Predictions predictions) {
    int[] rows = predictions.rows().toArray();
    if (predictions.rows().mapToDouble(predictions::label).distinct().count() < 2) {
      return new Measurement.Undefined("there are no two different labels");
    }
    double mean = Mean.of(rows, predictions::label);
    double variance = Mean.of(rows, row -> square(predictions.label(row) - mean));
    double error = Mean.of(rows, row -> squaredError(predictions, row));
    return new Measurement.Value(1 - error / variance);
  }

  static double squaredError(Predictions predictions, int row) {
    return square(predictions.score(row) - predictions.label(row));
  }

  private static double square(double value) {
    return value * value;
  }
}
