package io.millrace.statistics.metrics;

/** The share of true labels among the rows that were predicted true. */
final class Precision implements Measure {
  @Override
  public Measurement of(Predictions predictions) {
    int[] positives = predictions.rows().filter(row -> Decision.isTrue(predictions, row)).toArray();
    return Mean.over(positives, predictions::label, "no row is predicted true");
  }
}
