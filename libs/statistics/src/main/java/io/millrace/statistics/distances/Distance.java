package io.millrace.statistics.distances;

import java.util.OptionalDouble;

/** How far two distributions are apart: 0 when they are the same, 1 when they share no value. */
public enum Distance {
  /** The largest difference of a value's shares, as TensorFlow Data Validation has it. */
  L_INFINITY {
    @Override
    double between(Counts p, Counts q) {
      return p.termsWith(q, (a, b) -> Math.abs(a - b)).max().orElse(0);
    }

    @Override
    double byChance(Chance chance) {
      return chance.greatestDifference();
    }
  },

  /**
   * Jensen and Shannon's divergence in bits, as TensorFlow Data Validation has it: ½ KL(P‖M) + ½
   * KL(Q‖M) with M = ½ (P + Q) and log₂ (Lin 1991, doi:10.1109/18.61115); not its root. Unlike
   * there, it is 0 for equal sides that both have missing values.
   */
  JENSEN_SHANNON_BITS {
    @Override
    double between(Counts p, Counts q) {
      return Math.clamp(p.termsWith(q, Distance::jensenShannonTerm).sum(), 0.0, 1.0);
    }

    @Override
    double byChance(Chance chance) {
      return chance.jensenShannonBits();
    }
  };

  private static final double LN_2 = Math.log(2);

  /** Empty when a side has counted nothing. */
  public OptionalDouble of(Counts p, Counts q) {
    return p.total() == 0 || q.total() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(between(p, q));
  }

  /**
   * How great it may be by chance, where both sides are samples of the same: the mean of what it
   * then is and three standard deviations (of the L-infinity, three standard deviations alone).
   * Empty when a side has counted nothing.
   */
  public OptionalDouble chance(Counts p, Counts q) {
    return p.total() == 0 || q.total() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(byChance(new Chance(p, q)));
  }

  /** Both sides have counted something. */
  abstract double between(Counts p, Counts q);

  abstract double byChance(Chance chance);

  /** What a value with these shares adds to the divergence, in bits. */
  static double jensenShannonTerm(double share, double other) {
    return half(share, other) + half(other, share);
  }

  private static double half(double share, double other) {
    return share == 0 ? 0 : 0.5 * share * Math.log(2 * share / (share + other)) / LN_2;
  }
}
