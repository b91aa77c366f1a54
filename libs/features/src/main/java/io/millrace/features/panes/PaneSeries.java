package io.millrace.features.panes;

import java.util.Arrays;

/**
 * The panes of one series, sorted by their end; panes without values are left out. A pane covers
 * (end − length, end].
 */
final class PaneSeries {
  private final long length;
  private int size;
  private long[] ends = new long[8];
  private long[] counts = new long[8];
  private double[] sums = new double[8];
  private double[] mins = new double[8];
  private double[] maxs = new double[8];

  PaneSeries(long length) {
    this.length = length;
  }

  void add(long time, double value) {
    put(-Math.floorDiv(-time, length) * length, 1, value, value, value);
  }

  /** Adds to the pane with this end. */
  void put(long end, long count, double sum, double min, double max) {
    int at = size == 0 || end > ends[size - 1] ? -size - 1 : indexOf(end);
    if (at >= 0) {
      counts[at] += count;
      sums[at] += sum;
      mins[at] = Math.min(mins[at], min);
      maxs[at] = Math.max(maxs[at], max);
      return;
    }
    int insert = -at - 1;
    makeRoom(insert);
    ends[insert] = end;
    counts[insert] = count;
    sums[insert] = sum;
    mins[insert] = min;
    maxs[insert] = max;
  }

  /** Index of the first pane that ends after a time. */
  int firstAfter(long time) {
    int at = indexOf(time);
    return at >= 0 ? at + 1 : -at - 1;
  }

  void dropUpTo(long end) {
    int from = firstAfter(end);
    if (from > 0) {
      int rest = size - from;
      System.arraycopy(ends, from, ends, 0, rest);
      System.arraycopy(counts, from, counts, 0, rest);
      System.arraycopy(sums, from, sums, 0, rest);
      System.arraycopy(mins, from, mins, 0, rest);
      System.arraycopy(maxs, from, maxs, 0, rest);
      size = rest;
    }
  }

  int size() {
    return size;
  }

  long end(int i) {
    return ends[i];
  }

  long count(int i) {
    return counts[i];
  }

  double sum(int i) {
    return sums[i];
  }

  double min(int i) {
    return mins[i];
  }

  double max(int i) {
    return maxs[i];
  }

  private int indexOf(long end) {
    return Arrays.binarySearch(ends, 0, size, end);
  }

  private void makeRoom(int at) {
    if (size == ends.length) {
      int capacity = size * 2;
      ends = Arrays.copyOf(ends, capacity);
      counts = Arrays.copyOf(counts, capacity);
      sums = Arrays.copyOf(sums, capacity);
      mins = Arrays.copyOf(mins, capacity);
      maxs = Arrays.copyOf(maxs, capacity);
    }
    int rest = size - at;
    System.arraycopy(ends, at, ends, at + 1, rest);
    System.arraycopy(counts, at, counts, at + 1, rest);
    System.arraycopy(sums, at, sums, at + 1, rest);
    System.arraycopy(mins, at, mins, at + 1, rest);
    System.arraycopy(maxs, at, maxs, at + 1, rest);
    size++;
  }
}
