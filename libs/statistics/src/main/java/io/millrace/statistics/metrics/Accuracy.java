package io.millrace.statistics.metrics;

/** The share of rows whose label was predicted. */
final class Accuracy implements Measure {
  @Override
  public Measurement of(Predictions predictions) {
    return Mean.over(predictions, row -> Decision.isRight(predictions, row) ? 1 : 0);
  }
}
