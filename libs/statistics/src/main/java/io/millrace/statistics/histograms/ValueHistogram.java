package io.millrace.statistics.histograms;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often each value of a field was seen. Adding two up gives what one would have counted of
 * both.
 *
 * @param numbers by {@link NumberBucket}
 * @param texts by themselves
 * @param others strings that were too many to be told apart
 * @param missing how often there was no value
 */
public record ValueHistogram(
    SortedMap<Integer, Long> numbers, SortedMap<String, Long> texts, long others, long missing) {
  public static final ValueHistogram EMPTY =
      new ValueHistogram(new TreeMap<>(), new TreeMap<>(), 0, 0);

  public ValueHistogram {
    numbers = Collections.unmodifiableSortedMap(new TreeMap<>(numbers));
    texts = Collections.unmodifiableSortedMap(new TreeMap<>(texts));
  }

  /** All values, missing ones too. */
  public long total() {
    return sum(numbers) + sum(texts) + others + missing;
  }

  public ValueHistogram plus(ValueHistogram other) {
    return new ValueHistogram(
        merged(numbers, other.numbers),
        merged(texts, other.texts),
        others + other.others,
        missing + other.missing);
  }

  /** Whether the values are strings; of no value it is not known, and false. */
  public boolean isText() {
    return others > 0 || !texts.isEmpty();
  }

  private static <K extends Comparable<K>> SortedMap<K, Long> merged(
      Map<K, Long> one, Map<K, Long> other) {
    SortedMap<K, Long> sum = new TreeMap<>(one);
    other.forEach((key, count) -> sum.merge(key, count, Long::sum));
    return sum;
  }

  private static long sum(Map<?, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }
}
