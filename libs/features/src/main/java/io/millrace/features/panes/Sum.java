package io.millrace.features.panes;

/**
 * A sum kept as two doubles, {@code high + low}, {@code high} being the nearest double of the
 * whole.
 *
 * <p>It is exact, and so the same in any order and grouping, as long as the terms are multiples of
 * some 2^k and their magnitudes add up to less than 2^(k+104): any integers of this world, and any
 * doubles whose magnitudes lie within a factor of a million of each other, up to 2^32 of them.
 * Beyond that only the last bit may depend on the order. NaN and infinities behave as in IEEE 754,
 * in any order.
 *
 * <p>Error-free addition: D. E. Knuth, The Art of Computer Programming 2, 4.2.2, theorem B.
 */
final class Sum {
  double high;
  double low;

  void set(double newHigh, double newLow) {
    high = newHigh;
    low = newLow;
  }

  void add(double term) {
    double sum = high + term;
    if (!Double.isFinite(sum)) {
      set(sum, 0);
      return;
    }
    double rest = low + error(high, term, sum);
    high = sum + rest;
    low = error(sum, rest, high);
  }

  void add(double otherHigh, double otherLow) {
    add(otherHigh);
    if (otherLow != 0) {
      add(otherLow);
    }
  }

  /** What rounding took from {@code a + b}. */
  private static double error(double a, double b, double sum) {
    double b2 = sum - a;
    return (a - (sum - b2)) + (b - b2);
  }
}
