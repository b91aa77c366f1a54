package io.millrace.statistics.metrics;

/** The share of rows with a true label that were predicted true. */
final class Recall implements Measure {
  @Override
  public Measurement of(Predictions predictions) {
    int[] positives = predictions.rows().filter(row -> predictions.label(row) == 1).toArray();
    return Mean.over(
        positives, row -> Decision.isTrue(predictions, row) ? 1 : 0, "no label is true");
  }
}
