package io.millrace.statistics.metrics;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * What was predicted and what came, row by row. Binary labels are 0 and 1, and a score is the
 * probability of 1.
 */
public final class Predictions {
  private final double[] labels;
  private final double[] scores;

  /**
   * @throws IllegalArgumentException when the lengths differ, or something is not a number
   */
  public Predictions(double[] labels, double[] scores) {
    if (labels.length != scores.length) {
      throw new IllegalArgumentException(labels.length + " labels, " + scores.length + " scores");
    }
    requireNumbers("label", labels);
    requireNumbers("score", scores);
    this.labels = labels.clone();
    this.scores = scores.clone();
  }

  public int size() {
    return labels.length;
  }

  public double label(int row) {
    return labels[row];
  }

  public double score(int row) {
    return scores[row];
  }

  /** Some of the rows, in the given order. */
  public Predictions at(int[] rows) {
    return new Predictions(
        Arrays.stream(rows).mapToDouble(this::label).toArray(),
        Arrays.stream(rows).mapToDouble(this::score).toArray());
  }

  IntStream rows() {
    return IntStream.range(0, size());
  }

  private static void requireNumbers(String what, double[] values) {
    for (int row = 0; row < values.length; row++) {
      if (Double.isNaN(values[row])) {
        throw new IllegalArgumentException("the " + what + " of row " + row + " is NaN");
      }
    }
  }
}
