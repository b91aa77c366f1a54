package io.millrace.features.panes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.pipeline.Windowed;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;

/**
 * One field of the labels, cut into panes of one length and kept for one window; features that
 * agree in all three share it. A pane covers (start, end], its end being a multiple of the length,
 * before 1970 too.
 *
 * @param name the field, {@code #}, a hash of what makes its values, {@code /}, and the window in
 *     microseconds: a series of the same field with another meaning is another one, and so is one
 *     of a longer window, which has yet to be filled
 */
public record SeriesKey(String name, long paneMicros) {
  private static final char BEFORE_DEFINITION = '#';
  private static final char BEFORE_WINDOW = '/';
  private static final int HASH_BYTES = 8;

  public SeriesKey {
    if (paneMicros <= 0) {
      throw new IllegalArgumentException("a pane of " + paneMicros + " µs");
    }
  }

  /** What a feature sums, as its pipeline defines it: the label goes by its expression. */
  public static SeriesKey of(Windowed feature, Pipeline by) {
    Label label = by.label();
    Stream labels = by.labelStream();
    String values =
        feature.field().equals(label.name())
            ? "label " + label.kind() + " " + label.value()
            : "field "
                + Optional.ofNullable(labels.fields().get(feature.field()))
                    .map(field -> field.type().toString())
                    .orElse("");
    String definition = hash(labels.name() + " " + labels.time() + " " + values);
    return new SeriesKey(
        feature.field() + BEFORE_DEFINITION + definition + BEFORE_WINDOW + feature.windowMicros(),
        feature.paneMicros());
  }

  /** 16 hexadecimal digits of its SHA-256. */
  private static String hash(String meaning) {
    try {
      byte[] all = MessageDigest.getInstance("SHA-256").digest(meaning.getBytes(UTF_8));
      return HexFormat.of().formatHex(all, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** The field of the labels, or the label itself. */
  public String field() {
    int end = name.indexOf(BEFORE_DEFINITION);
    return end < 0 ? name : name.substring(0, end);
  }

  /** As an older form names it, in which features of other windows share it. */
  public SeriesKey ofAnyWindow() {
    int end = name.indexOf(BEFORE_WINDOW, Math.max(0, name.indexOf(BEFORE_DEFINITION)));
    return end < 0 ? this : new SeriesKey(name.substring(0, end), paneMicros);
  }

  /** The last pane boundary at or before a time; the first of all for the very first times. */
  public long floor(long time) {
    return floor(time, paneMicros);
  }

  /** The same of panes of any series. */
  public static long floor(long time, long paneMicros) {
    long past = Math.floorMod(time, paneMicros);
    return time < Long.MIN_VALUE + past ? Long.MIN_VALUE : time - past;
  }

  /** The end of the pane that covers a time; the last of all for the very last times. */
  public long endOf(long time) {
    long missing = Math.floorMod(-Math.floorMod(time, paneMicros), paneMicros);
    return time > Long.MAX_VALUE - missing ? Long.MAX_VALUE : time + missing;
  }
}
