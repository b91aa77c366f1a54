package io.millrace.statistics.histograms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often each value of a field was seen. Adding two up gives what one would have counted of
 * both.
 *
 * @param numbers by {@link NumberBucket}
 * @param texts by their {@link #key}
 * @param others strings that were too many to be told apart
 * @param missing how often there was no value
 */
public record ValueHistogram(
    SortedMap<Integer, Long> numbers, SortedMap<String, Long> texts, long others, long missing) {
  private static final int KEY_CHARS = 100;
  private static final int HASH_CHARS = 16;

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

  /** What a string is counted as: a long one as its beginning and a hash. */
  public static String key(String text) {
    if (text.length() <= KEY_CHARS) {
      return text;
    }
    int end = KEY_CHARS - HASH_CHARS;
    if (Character.isHighSurrogate(text.charAt(end - 1))) {
      end--;
    }
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
      return text.substring(0, end) + HexFormat.of().formatHex(digest, 0, HASH_CHARS / 2);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
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
