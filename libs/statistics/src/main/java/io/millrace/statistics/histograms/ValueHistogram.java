package io.millrace.statistics.histograms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How often each value of a field was seen. Adding two up gives what one would have counted of
 * both.
 *
 * @param texts by their {@link #key}
 * @param others strings that were too many to be told apart
 * @param missing how often there was no value
 */
public record ValueHistogram(
    NumberHistogram numbers, SortedMap<String, Long> texts, long others, long missing) {
  private static final int KEY_CHARS = 100;
  private static final int HASH_CHARS = 16;

  public static final ValueHistogram EMPTY =
      new ValueHistogram(NumberHistogram.EMPTY, new TreeMap<>(), 0, 0);

  public ValueHistogram {
    texts = Collections.unmodifiableSortedMap(new TreeMap<>(texts));
  }

  /** All values, missing ones too. */
  public long total() {
    return numbers.total()
        + texts.values().stream().mapToLong(Long::longValue).sum()
        + others
        + missing;
  }

  public ValueHistogram plus(ValueHistogram other) {
    SortedMap<String, Long> sum = new TreeMap<>(texts);
    other.texts.forEach((text, count) -> sum.merge(text, count, Long::sum));
    return new ValueHistogram(
        numbers.plus(other.numbers), sum, others + other.others, missing + other.missing);
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
}
