package io.millrace.statistics.histograms;

import io.millrace.statistics.distances.Counts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeSet;

/**
 * What values are compared with, and how finely: strings one by one as far as the reference tells
 * them apart, numbers by the reference's deciles, since a divergence over finer cells would measure
 * how few values there are.
 */
public sealed interface Reference {
  int DECILES = 10;

  /** How many there are, missing ones too. */
  long total();

  /** Both sides, counted alike. */
  Sides with(ValueHistogram values);

  /**
   * What is compared.
   *
   * @param text whether the values are categories, of which a greatest difference of shares makes
   *     sense
   */
  record Sides(Counts reference, Counts values, boolean text) {}

  /** What was counted in the same way. */
  static Reference of(ValueHistogram values) {
    return new Counted(values);
  }

  /**
   * Numbers that were counted between boundaries.
   *
   * @param boundaries ascending, the smallest and the largest number included
   * @param counts of the numbers from one boundary to the next; the last has both its ends
   */
  static Reference numbers(List<Double> boundaries, List<Long> counts, long missing) {
    return new Numbers(boundaries, counts, missing);
  }

  /**
   * Strings.
   *
   * @param top by themselves
   * @param others how many are none of them
   */
  static Reference texts(Map<String, Long> top, long others, long missing) {
    Map<String, Long> known = new HashMap<>();
    top.forEach((text, count) -> known.merge(ValueHistogram.key(text), count, Long::sum));
    return new Texts(known, others, others > 0, missing);
  }

  /** Values of another window: whether they are strings may be seen by the other side alone. */
  record Counted(ValueHistogram before) implements Reference {
    @Override
    public long total() {
      return before.total();
    }

    @Override
    public Sides with(ValueHistogram values) {
      if (before.isText() || values.isText()) {
        return new Texts(before.texts(), before.others(), false, before.missing()).with(values);
      }
      int shift = Math.max(before.numbers().shift(), values.numbers().shift());
      SortedMap<Long, Long> cells = before.numbers().cells(shift);
      Ranges ranges = Ranges.deciles(cells);
      return new Sides(
          new Counts(ranges.count(cells), before.missing()),
          new Counts(ranges.count(values.numbers().cells(shift)), values.missing()),
          false);
    }
  }

  /**
   * Numbers that were counted between boundaries. A boundary counts as the beginning of its cell
   * among those of the other values: ranges that begin in one cell can't be told apart.
   */
  record Numbers(List<Double> boundaries, List<Long> counts, long missing) implements Reference {
    public Numbers {
      boundaries = List.copyOf(boundaries);
      counts = List.copyOf(counts);
    }

    @Override
    public long total() {
      return missing + counts.stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public Sides with(ValueHistogram values) {
      int shift = values.numbers().shift();
      List<Long> cells =
          boundaries.stream().map(NumberHistogram::key).map(key -> key >> shift).toList();
      NavigableSet<Long> starts = new TreeSet<>(cells.subList(0, counts.size()));
      Ranges ranges = new Ranges(starts, cells.isEmpty() ? 0 : cells.getLast());
      Map<String, Long> known = new HashMap<>();
      for (int i = 0; i < counts.size(); i++) {
        known.merge(ranges.name(cells.get(i)), counts.get(i), Long::sum);
      }
      return new Sides(
          new Counts(known, missing),
          new Counts(ranges.count(values.numbers().cells()), values.missing()),
          false);
    }
  }

  /**
   * Strings.
   *
   * @param grouped whether values that it does not name belong to its others
   */
  record Texts(Map<String, Long> known, long others, boolean grouped, long missing)
      implements Reference {
    private static final String OTHERS = "others";

    public Texts {
      known = Map.copyOf(known);
    }

    @Override
    public long total() {
      return missing + others + known.values().stream().mapToLong(Long::longValue).sum();
    }

    @Override
    public Sides with(ValueHistogram values) {
      return new Sides(
          count(known, others, missing),
          count(values.texts(), values.others(), values.missing()),
          true);
    }

    private Counts count(Map<String, Long> texts, long rest, long absent) {
      Map<String, Long> counts = new HashMap<>();
      texts.forEach(
          (text, count) ->
              counts.merge(
                  grouped && !known.containsKey(text) ? OTHERS : "=" + text, count, Long::sum));
      if (rest > 0) {
        counts.merge(OTHERS, rest, Long::sum);
      }
      return new Counts(counts, absent);
    }
  }

  /**
   * Ranges of cells, side by side. What is outside of all is told apart.
   *
   * @param starts the cells in which they begin
   * @param last the cell in which the last one ends
   */
  record Ranges(NavigableSet<Long> starts, long last) {
    /** From the smallest over the deciles to the largest, equal ones once. */
    static Ranges deciles(SortedMap<Long, Long> cells) {
      long total = cells.values().stream().mapToLong(Long::longValue).sum();
      NavigableSet<Long> starts = new TreeSet<>();
      long below = 0;
      int decile = 0;
      for (Map.Entry<Long, Long> cell : cells.entrySet()) {
        below += cell.getValue();
        for (; decile < DECILES && below * DECILES > decile * total; decile++) {
          starts.add(cell.getKey());
        }
      }
      return new Ranges(starts, cells.isEmpty() ? 0 : cells.lastKey());
    }

    Map<String, Long> count(SortedMap<Long, Long> cells) {
      Map<String, Long> counts = new HashMap<>();
      cells.forEach((cell, count) -> counts.merge(name(cell), count, Long::sum));
      return counts;
    }

    String name(long cell) {
      Long start = starts.floor(cell);
      if (start == null) {
        return starts.isEmpty() ? "above" : "below";
      }
      return cell > last ? "above" : Integer.toString(starts.headSet(start).size());
    }
  }
}
