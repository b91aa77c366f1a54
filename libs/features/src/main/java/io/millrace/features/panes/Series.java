package io.millrace.features.panes;

import io.millrace.contracts.pipeline.Windowed.Aggregate;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Panes of one series that hold values, by ascending end. */
final class Series {
  private final Sum sum = new Sum();
  private int size;
  private long[] ends = new long[8];
  private long[] counts = new long[8];
  private double[] highs = new double[8];
  private double[] lows = new double[8];
  private double[] mins = new double[8];
  private double[] maxs = new double[8];

  void add(long end, long count, double high, double low, double min, double max) {
    int at = size > 0 && ends[size - 1] == end ? size - 1 : firstAfter(end - 1);
    if (at == size || ends[at] != end) {
      insert(at);
      ends[at] = end;
      counts[at] = count;
      highs[at] = high;
      lows[at] = low;
      mins[at] = min;
      maxs[at] = max;
      return;
    }
    counts[at] += count;
    sum.set(highs[at], lows[at]);
    sum.add(high, low);
    highs[at] = sum.high;
    lows[at] = sum.low;
    mins[at] = Math.min(mins[at], min);
    maxs[at] = Math.max(maxs[at], max);
  }

  void addAll(Series other) {
    for (int i = 0; i < other.size; i++) {
      add(
          other.ends[i],
          other.counts[i],
          other.highs[i],
          other.lows[i],
          other.mins[i],
          other.maxs[i]);
    }
  }

  /** The aggregate over panes with an end in (after, upTo]. */
  @Nullable Object aggregate(Aggregate aggregate, long after, long upTo) {
    int from = firstAfter(after);
    int to = size > 0 && ends[size - 1] <= upTo ? size : firstAfter(upTo);
    if (aggregate != Aggregate.COUNT && from >= to) {
      return null;
    }
    return switch (aggregate) {
      case COUNT -> count(from, to);
      case SUM -> sum(from, to);
      case MEAN -> sum(from, to) / count(from, to);
      case MIN -> min(from, to);
      case MAX -> max(from, to);
    };
  }

  void evict(long upTo) {
    int from = size > 0 && ends[0] > upTo ? 0 : firstAfter(upTo);
    if (from > 0) {
      move(from, 0, size - from);
      size -= from;
    }
  }

  int size() {
    return size;
  }

  long end(int pane) {
    return ends[pane];
  }

  long count(int pane) {
    return counts[pane];
  }

  double high(int pane) {
    return highs[pane];
  }

  double low(int pane) {
    return lows[pane];
  }

  double min(int pane) {
    return mins[pane];
  }

  double max(int pane) {
    return maxs[pane];
  }

  private long count(int from, int to) {
    long count = 0;
    for (int i = from; i < to; i++) {
      count += counts[i];
    }
    return count;
  }

  private double sum(int from, int to) {
    sum.set(highs[from], lows[from]);
    for (int i = from + 1; i < to; i++) {
      sum.add(highs[i], lows[i]);
    }
    return sum.high;
  }

  private double min(int from, int to) {
    double min = mins[from];
    for (int i = from + 1; i < to; i++) {
      min = Math.min(min, mins[i]);
    }
    return min;
  }

  private double max(int from, int to) {
    double max = maxs[from];
    for (int i = from + 1; i < to; i++) {
      max = Math.max(max, maxs[i]);
    }
    return max;
  }

  private int firstAfter(long time) {
    int low = 0;
    int high = size;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ends[middle] > time) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private void insert(int at) {
    if (size == ends.length) {
      int capacity = 2 * size;
      ends = Arrays.copyOf(ends, capacity);
      counts = Arrays.copyOf(counts, capacity);
      highs = Arrays.copyOf(highs, capacity);
      lows = Arrays.copyOf(lows, capacity);
      mins = Arrays.copyOf(mins, capacity);
      maxs = Arrays.copyOf(maxs, capacity);
    }
    move(at, at + 1, size - at);
    size++;
  }

  private void move(int from, int to, int length) {
    System.arraycopy(ends, from, ends, to, length);
    System.arraycopy(counts, from, counts, to, length);
    System.arraycopy(highs, from, highs, to, length);
    System.arraycopy(lows, from, lows, to, length);
    System.arraycopy(mins, from, mins, to, length);
    System.arraycopy(maxs, from, maxs, to, length);
  }
}
