package io.millrace.statistics.metrics;

/** Mean of |score − label|. */
final class MeanAbsoluteError implements Measure {
  @Override
  public Measurement of(Predictions predictions) {
    return Mean.over(predictions, row -> Math.abs(predictions.score(row) - predictions.label(row)));
  }
}
