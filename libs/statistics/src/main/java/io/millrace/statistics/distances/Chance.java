package io.millrace.statistics.distances;

import java.util.ArrayList;
import java.util.List;

/**
 * How great a distance is by chance alone: between two samples of the same distribution, given what
 * both have of each value together. How many of a value fall to one of the sides then has a
 * hypergeometric distribution.
 */
final class Chance {
  /** So many standard deviations beyond the mean are taken for chance. */
  private static final double DEVIATIONS = 3;

  /** With more of a value expected on the smaller side, the distribution is taken for a normal. */
  private static final double FEW = 25;

  /** Of the sum of a distribution, what is less is left out. */
  private static final double NOTHING = 1e-18;

  private static final double LN_2 = Math.log(2);

  private final double less;
  private final double more;
  private final List<Long> pooled = new ArrayList<>();

  Chance(Counts p, Counts q) {
    this.less = Math.min(p.total(), q.total());
    this.more = Math.max(p.total(), q.total());
    p.values().forEach((value, count) -> pooled.add(count + q.values().getOrDefault(value, 0L)));
    q.values().forEach((value, count) -> pooled.add(p.values().containsKey(value) ? 0 : count));
    pooled.add(p.missing() + q.missing());
    pooled.removeIf(count -> count == 0);
    pooled.sort(null);
  }

  private double all() {
    return less + more;
  }

  /**
   * Mean and three standard deviations of the Jensen-Shannon divergence, in bits, at most 1. Where
   * so much is expected on both sides that it doesn't matter, the divergence of a value is taken
   * for that part of it which is quadratic in the difference of its shares, so that the mean over B
   * values is about (B - 1) (1/n + 1/m) / (8 ln 2). The variances of B values are added up as if
   * they were independent, times B / (B - 1), which is exact where they are equally frequent.
   */
  double jensenShannonBits() {
    double mean = 0;
    double variance = 0;
    for (int i = 0; i < pooled.size(); ) {
      long count = pooled.get(i);
      int times = 0;
      while (i < pooled.size() && pooled.get(i) == count) { // they are in order
        times++;
        i++;
      }
      double[] moments = count * less / all() <= FEW ? summed(count) : approximate(count);
      mean += times * moments[0];
      variance += times * moments[1];
    }
    if (pooled.size() > 1) {
      variance *= pooled.size() / (pooled.size() - 1.0);
    }
    return Math.min(1, mean + DEVIATIONS * Math.sqrt(variance));
  }

  /** Three standard deviations of the difference of shares, of the value that has the greatest. */
  double greatestDifference() {
    double greatest = pooled.stream().mapToDouble(this::differenceVariance).max().orElse(0);
    return Math.min(1, DEVIATIONS * Math.sqrt(greatest));
  }

  /** Of the difference of a value's shares. */
  private double differenceVariance(long count) {
    double share = count / all();
    return all() < 2 ? 0 : share * (1 - share) * all() / (all() - 1) * all() / (less * more);
  }

  /** Mean and variance of a value's part in the divergence. */
  private double[] approximate(long count) {
    double mean = differenceVariance(count) / (8 * LN_2 * (count / all()));
    return new double[] {mean, 2 * mean * mean};
  }

  /** The same, summed up from the most probable count on the smaller side to both ends. */
  private double[] summed(long count) {
    double least = Math.max(0, count - more);
    double most = Math.min(count, less);
    double start = Math.clamp(Math.floor((less + 1) * (count + 1) / (all() + 2)), least, most);
    double[] sums = new double[3];
    double weight = 1;
    for (double here = start; here <= most && weight > NOTHING; here++) {
      add(sums, weight, here, count);
      weight *= (count - here) * (less - here) / ((here + 1) * (more - count + here + 1));
    }
    weight = 1;
    for (double here = start; here > least && weight > NOTHING; here--) {
      weight *= here * (more - count + here) / ((count - here + 1) * (less - here + 1));
      add(sums, weight, here - 1, count);
    }
    double mean = sums[1] / sums[0];
    return new double[] {mean, Math.max(0, sums[2] / sums[0] - mean * mean)};
  }

  private void add(double[] sums, double weight, double here, double count) {
    double part = Distance.jensenShannonTerm(here / less, (count - here) / more);
    sums[0] += weight;
    sums[1] += weight * part;
    sums[2] += weight * part * part;
  }
}
