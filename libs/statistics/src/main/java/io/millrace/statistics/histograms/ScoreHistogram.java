package io.millrace.statistics.histograms;

import io.millrace.contracts.pipeline.Metric;
import io.millrace.statistics.metrics.Measurement;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often each score met each label, in 10,000 equal ranges, as TensorFlow Model Analysis keeps
 * it for its binary metrics (its {@code calibration_histogram}, 10,000 buckets by default). A range
 * has its upper end, so that one half itself decides for false; scores in one range count as equal,
 * and as its middle where their size matters.
 *
 * @param negatives by range, of those whose label is false
 */
public record ScoreHistogram(
    SortedMap<Integer, Long> negatives, SortedMap<Integer, Long> positives) {
  public static final int RANGES = 10_000;
  public static final ScoreHistogram EMPTY = new ScoreHistogram(new TreeMap<>(), new TreeMap<>());

  public ScoreHistogram {
    negatives = Collections.unmodifiableSortedMap(new TreeMap<>(negatives));
    positives = Collections.unmodifiableSortedMap(new TreeMap<>(positives));
  }

  /** The range of a score; what is no probability goes to the nearest one. */
  public static int range(double score) {
    return (int) Math.clamp(Math.ceil(score * RANGES) - 1, 0, RANGES - 1);
  }

  public ScoreHistogram plus(ScoreHistogram other) {
    return new ScoreHistogram(
        merged(negatives, other.negatives), merged(positives, other.positives));
  }

  public long total() {
    return sum(negatives) + sum(positives);
  }

  /**
   * A binary metric.
   *
   * @throws IllegalArgumentException for a metric of other labels
   */
  public Measurement measure(Metric metric) {
    long trueOnes = sum(positives);
    long falseOnes = sum(negatives);
    long hits = sum(positives.tailMap(RANGES / 2));
    long alarms = sum(negatives.tailMap(RANGES / 2));
    return switch (metric) {
      case AUC -> auc(trueOnes, falseOnes);
      case ACCURACY -> share(hits + falseOnes - alarms, total(), "there are no rows");
      case PRECISION -> share(hits, hits + alarms, "no row is predicted true");
      case RECALL -> share(hits, trueOnes, "no label is true");
      case LOG_LOSS -> logLoss();
      case RMSE, MAE, R2 -> throw new IllegalArgumentException(metric + " of a binary label");
    };
  }

  /**
   * What a binary metric is where each label is true with the probability that its score says: the
   * confidence-based performance estimation of NannyML. It holds for a calibrated model as long as
   * the inputs are such as it was trained on.
   *
   * @throws IllegalArgumentException for a metric of other labels
   */
  public Measurement expected(Metric metric) {
    double trueOnes = 0;
    double falseOnes = 0;
    double hits = 0;
    double alarms = 0;
    double pairs = 0;
    double loss = 0;
    for (var entry : merged(negatives, positives).entrySet()) {
      double p = middle(entry.getKey());
      double truly = entry.getValue() * p;
      double falsely = entry.getValue() * (1 - p);
      pairs += truly * (falseOnes + falsely / 2);
      trueOnes += truly;
      falseOnes += falsely;
      if (entry.getKey() >= RANGES / 2) {
        hits += truly;
        alarms += falsely;
      }
      loss -= truly * Math.log(p) + falsely * Math.log1p(-p);
    }
    double rows = trueOnes + falseOnes;
    return switch (metric) {
      case AUC -> share(pairs, trueOnes * falseOnes, "there are no rows");
      case ACCURACY -> share(hits + falseOnes - alarms, rows, "there are no rows");
      case PRECISION -> share(hits, hits + alarms, "no row is predicted true");
      case RECALL -> share(hits, trueOnes, "there are no rows");
      case LOG_LOSS -> share(loss, rows, "there are no rows");
      case RMSE, MAE, R2 -> throw new IllegalArgumentException(metric + " of a binary label");
    };
  }

  /** Pairs are counted in integers: those in one range count half. */
  private Measurement auc(long trueOnes, long falseOnes) {
    if (trueOnes == 0 || falseOnes == 0) {
      return new Measurement.Undefined(
          total() == 0
              ? "there are no rows"
              : "all labels are " + (trueOnes == 0 ? "false" : "true"));
    }
    SortedMap<Integer, Long> all = merged(negatives, positives);
    long halves = 0;
    long below = 0;
    for (Integer range : all.keySet()) {
      long here = negatives.getOrDefault(range, 0L);
      halves += positives.getOrDefault(range, 0L) * (2 * below + here);
      below += here;
    }
    return new Measurement.Value(halves / (2.0 * trueOnes * falseOnes));
  }

  private Measurement logLoss() {
    long rows = total();
    if (rows == 0) {
      return new Measurement.Undefined("there are no rows");
    }
    double loss = 0;
    for (var entry : positives.entrySet()) {
      loss -= entry.getValue() * Math.log(middle(entry.getKey()));
    }
    for (var entry : negatives.entrySet()) {
      loss -= entry.getValue() * Math.log1p(-middle(entry.getKey()));
    }
    return new Measurement.Value(loss / rows);
  }

  private static double middle(int range) {
    return (range + 0.5) / RANGES;
  }

  private static Measurement share(double part, double whole, String none) {
    return whole == 0 ? new Measurement.Undefined(none) : new Measurement.Value(part / whole);
  }

  private static SortedMap<Integer, Long> merged(
      SortedMap<Integer, Long> one, SortedMap<Integer, Long> other) {
    SortedMap<Integer, Long> sum = new TreeMap<>(one);
    other.forEach((range, count) -> sum.merge(range, count, Long::sum));
    return sum;
  }

  private static long sum(SortedMap<Integer, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
