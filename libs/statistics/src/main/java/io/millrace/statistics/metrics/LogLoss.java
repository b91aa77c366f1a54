package io.millrace.statistics.metrics;

/**
 * Mean of −ln(probability given to what came). Probabilities are clipped to [ε, 1 − ε], as
 * scikit-learn's {@code log_loss} does with the machine precision of the scores' type.
 */
final class LogLoss implements Measure {
  /** Of float32, which models answer in: NumPy's {@code finfo(float32).eps}. */
  static final double FLOAT_EPSILON = 0x1p-23;

  private final double epsilon;

  LogLoss(double epsilon) {
    this.epsilon = epsilon;
  }

  @Override
  public Measurement of(Predictions predictions) {
    return Mean.over(predictions, row -> loss(predictions.label(row), predictions.score(row)));
  }

  private double loss(double label, double score) {
    double probability = Math.clamp(score, epsilon, 1 - epsilon);
    return label == 1 ? -Math.log(probability) : -Math.log1p(-probability);
  }
}
