package io.millrace.statistics.histograms;

import io.millrace.statistics.distances.Counts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What values are compared with, and how finely: strings one by one as far as the reference tells
 * them apart, numbers by the reference's deciles, since a divergence over finer buckets would
 * measure how few values there are.
 */
public sealed interface Reference {
  int DECILES = 10;

  /** The reference's own counts. */
  Counts counts();

  /** Other values, counted as the reference's are. */
  Counts regroup(ValueHistogram values);

  /** Whether its values are categories, of which a greatest difference of shares makes sense. */
  boolean isText();

  /**
   * What was counted in the same way.
   *
   * @param other what it is to be compared with, which tells whether these are strings when they
   *     are all missing
   */
  static Reference of(ValueHistogram values, ValueHistogram other) {
    return values.isText() || other.isText()
        ? new Texts(values.texts(), values.others(), false, values.missing())
        : Numbers.of(decileEdges(values.numbers()), values);
  }

  /**
   * Numbers that were counted between boundaries.
   *
   * @param boundaries ascending, the smallest and the largest number included
   * @param counts of the numbers from one boundary to the next; the last has both its ends
   */
  static Reference numbers(List<Double> boundaries, List<Long> counts, long missing) {
    TreeSet<Integer> edges = new TreeSet<>();
    boundaries.forEach(boundary -> edges.add(NumberBucket.of(boundary)));
    Numbers shape = new Numbers(List.copyOf(edges), new Counts(Map.of(), 0));
    Map<String, Long> sums = new HashMap<>();
    for (int i = 0; i < counts.size(); i++) {
      // boundaries in the same bucket can't be told apart: what is between them belongs to it
      String name = shape.name(NumberBucket.of(boundaries.get(i)));
      sums.merge(name, counts.get(i), Long::sum);
    }
    return new Numbers(shape.edges(), new Counts(sums, missing));
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

  /** The smallest, the deciles and the largest of some buckets, equal ones once. */
  private static List<Integer> decileEdges(SortedMap<Integer, Long> buckets) {
    long total = buckets.values().stream().mapToLong(Long::longValue).sum();
    SortedSet<Integer> edges = new TreeSet<>();
    long below = 0;
    int decile = 0;
    for (Map.Entry<Integer, Long> bucket : buckets.entrySet()) {
      below += bucket.getValue();
      for (; decile < DECILES && below * DECILES > decile * total; decile++) {
        edges.add(bucket.getKey());
      }
    }
    if (!buckets.isEmpty()) {
      edges.add(buckets.lastKey());
    }
    return new ArrayList<>(edges);
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
    public Counts counts() {
      return count(known, others, missing);
    }

    @Override
    public Counts regroup(ValueHistogram values) {
      return count(values.texts(), values.others(), values.missing());
    }

    @Override
    public boolean isText() {
      return true;
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
   * Numbers.
   *
   * @param edges buckets, ascending
   */
  record Numbers(List<Integer> edges, Counts counts) implements Reference {
    public Numbers {
      edges = List.copyOf(edges);
    }

    static Numbers of(List<Integer> edges, ValueHistogram values) {
      Numbers shape = new Numbers(edges, new Counts(Map.of(), 0));
      return new Numbers(edges, shape.regroup(values));
    }

    @Override
    public Counts regroup(ValueHistogram values) {
      Map<String, Long> counts = new HashMap<>();
      values.numbers().forEach((bucket, count) -> counts.merge(name(bucket), count, Long::sum));
      return new Counts(counts, values.missing());
    }

    @Override
    public boolean isText() {
      return false;
    }

    /** The last range has both its ends; what is outside of all is told apart. */
    String name(int bucket) {
      if (edges.isEmpty() || bucket > edges.getLast()) {
        return "above";
      }
      if (bucket < edges.getFirst()) {
        return "below";
      }
      int range = 0;
      while (range + 2 < edges.size() && edges.get(range + 1) <= bucket) {
        range++;
      }
      return Integer.toString(range);
    }
  }
}
