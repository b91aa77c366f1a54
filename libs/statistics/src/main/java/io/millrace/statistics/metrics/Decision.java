package io.millrace.statistics.metrics;

/**
 * What a binary score is taken for: true above one half, as Keras and XGBoost decide; one half
 * itself is false.
 */
final class Decision {
  private static final double THRESHOLD = 0.5;

  private Decision() {}

  static boolean isTrue(Predictions predictions, int row) {
    return predictions.score(row) > THRESHOLD;
  }

  static boolean isRight(Predictions predictions, int row) {
    return isTrue(predictions, row) == (predictions.label(row) == 1);
  }
}
