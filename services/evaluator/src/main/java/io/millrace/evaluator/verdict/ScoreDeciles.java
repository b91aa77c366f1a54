package io.millrace.evaluator.verdict;

import io.millrace.statistics.metrics.Predictions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * What a model answered, so that it can be seen later when it answers otherwise.
 *
 * @param boundaries the smallest score, the deciles and the largest, equal ones once, but at least
 *     two; none of no rows
 * @param counts of the scores between neighbouring boundaries; the last has both its ends
 */
public record ScoreDeciles(List<Double> boundaries, List<Long> counts) {
  private static final int DECILES = 10;

  public ScoreDeciles {
    boundaries = List.copyOf(boundaries);
    counts = List.copyOf(counts);
  }

  public static ScoreDeciles of(Predictions predictions) {
    double[] scores =
        IntStream.range(0, predictions.size()).mapToDouble(predictions::score).sorted().toArray();
    if (scores.length == 0) {
      return new ScoreDeciles(List.of(), List.of());
    }
    TreeSet<Double> edges = new TreeSet<>();
    for (int decile = 0; decile <= DECILES; decile++) {
      edges.add(scores[Math.min(scores.length - 1, decile * scores.length / DECILES)]);
    }
    List<Double> boundaries =
        edges.size() == 1 ? List.of(scores[0], scores[0]) : List.copyOf(edges);
    Long[] counts = new Long[boundaries.size() - 1];
    Arrays.fill(counts, 0L);
    int bucket = 0;
    for (double score : scores) {
      while (bucket + 1 < counts.length && score >= boundaries.get(bucket + 1)) {
        bucket++;
      }
      counts[bucket]++;
    }
    return new ScoreDeciles(boundaries, new ArrayList<>(Arrays.asList(counts)));
  }
}
