package io.millrace.statistics.histograms;

import java.util.Collections;
import java.util.Iterator;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often numbers were seen, in at most {@value #MOST_CELLS} cells whose width follows the spread
 * of the numbers, not their size. A number's {@link #key} counts up as numbers do; a cell holds the
 * keys that are the same but for their last bits. How many bits is the smallest number with which
 * there are no more cells: that depends on what was counted, and neither on the order nor on how it
 * was divided before it was added up. Where there are few different numbers, each has its own cell.
 *
 * @param shift how many bits of the keys are left out, 0 to 63
 * @param cells counts by the other bits, the key shifted to the right
 */
public record NumberHistogram(int shift, SortedMap<Long, Long> cells) {
  public static final int MOST_CELLS = 1024;
  public static final NumberHistogram EMPTY = new NumberHistogram(0, new TreeMap<>());

  public NumberHistogram {
    if (shift < 0 || shift >= Long.SIZE) {
      throw new IllegalArgumentException("no shift: " + shift);
    }
    int least = leastShift(shift, cells);
    cells = Collections.unmodifiableSortedMap(shifted(cells, least - shift));
    shift = least;
  }

  /**
   * The bits of a number as a whole one, in the order of the numbers, with one zero; a number as a
   * model takes it: at most the largest float.
   *
   * @param number not NaN
   */
  public static long key(double number) {
    double value = Math.clamp(number, -Float.MAX_VALUE, Float.MAX_VALUE);
    long bits = Double.doubleToLongBits(value == 0 ? 0.0 : value);
    return bits < 0 ? bits ^ Long.MAX_VALUE : bits;
  }

  public static NumberHistogram of(double number) {
    return new NumberHistogram(0, new TreeMap<>(Collections.singletonMap(key(number), 1L)));
  }

  public NumberHistogram plus(NumberHistogram other) {
    int common = Math.max(shift, other.shift);
    SortedMap<Long, Long> sum = shifted(cells, common - shift);
    shifted(other.cells, common - other.shift)
        .forEach((cell, count) -> sum.merge(cell, count, Long::sum));
    return new NumberHistogram(common, sum);
  }

  /** Counts in wider cells. */
  public SortedMap<Long, Long> cells(int wider) {
    return shifted(cells, wider - shift);
  }

  public long total() {
    return cells.values().stream().mapToLong(Long::longValue).sum();
  }

  /**
   * The smallest shift, at least a given one, with which some cells are no more than {@value
   * #MOST_CELLS}. Two neighbours share a cell as soon as all the bits are left out in which they
   * differ.
   *
   * @param cells by what the given shift leaves of the keys
   */
  public static int leastShift(int shift, SortedMap<Long, ?> cells) {
    if (cells.size() <= MOST_CELLS) {
      return shift;
    }
    int[] parted = new int[Long.SIZE + 1]; // pairs of neighbours, by how many bits part them
    Iterator<Long> keys = cells.keySet().iterator();
    long before = keys.next();
    while (keys.hasNext()) {
      long key = keys.next();
      parted[Long.SIZE - Long.numberOfLeadingZeros(before ^ key)]++;
      before = key;
    }
    int left = 1;
    int bits = Long.SIZE;
    while (left + parted[bits] <= MOST_CELLS) {
      left += parted[bits--];
    }
    return shift + bits;
  }

  private static SortedMap<Long, Long> shifted(SortedMap<Long, Long> cells, int bits) {
    if (bits == 0) {
      return new TreeMap<>(cells);
    }
    SortedMap<Long, Long> wider = new TreeMap<>();
    cells.forEach((cell, count) -> wider.merge(cell >> bits, count, Long::sum));
    return wider;
  }
}
