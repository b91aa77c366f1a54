package io.millrace.statistics.metrics;

import java.util.Arrays;

/**
 * Area under the ROC curve: the share of (true, false) pairs in which the true one has the higher
 * score, ties counting half (Mann and Whitney's U; Hanley and McNeil 1982,
 * doi:10.1148/radiology.143.1.7063747). Pairs are counted in integers, so that the division is all
 * that is rounded.
 */
final class Auc implements Measure {
  @Override
  public Measurement of(Predictions predictions) {
    double[] positives = scoresOf(predictions, 1);
    double[] negatives = scoresOf(predictions, 0);
    if (positives.length == 0 || negatives.length == 0) {
      return new Measurement.Undefined(
          predictions.size() == 0
              ? "there are no rows"
              : "all labels are " + (positives.length == 0 ? "false" : "true"));
    }
    long halves = 0;
    int below = 0;
    int upTo = 0;
    for (double score : positives) {
      while (below < negatives.length && negatives[below] < score) {
        below++;
      }
      while (upTo < negatives.length && negatives[upTo] <= score) {
        upTo++;
      }
      halves += (long) below + upTo;
    }
    return new Measurement.Value(halves / (2.0 * positives.length * negatives.length));
  }

  private static double[] scoresOf(Predictions predictions, int label) {
    double[] scores =
        predictions
            .rows()
            .filter(row -> predictions.label(row) == label)
            .mapToDouble(predictions::score)
            .toArray();
    Arrays.sort(scores);
    return scores;
  }
}
