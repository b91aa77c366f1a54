package io.millrace.messaging.watermarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.contracts.topics.MillraceHeaders;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What a watermark record says of its partition.
 *
 * <p>Both streams of a pipeline begin a round together when one of them wakes up; a word that one
 * of them said in an earlier round is out of date. See {@link Watermarks}.
 */
public sealed interface Mark {
  /** Longer than any number. */
  int MOST_BYTES = 20;

  /** Far enough from the limits of a long for durations to be added: the year 9999. */
  long LATEST = 253_402_300_799_999_999L;

  /** The round in which it is said; 0 where there are none. */
  long round();

  /** Every event up to this time, inclusive, stands before it. */
  record Passed(long micros, long round) implements Mark {}

  /**
   * There is nothing to wait for.
   *
   * @param cut how far all sources had been read, as one number
   */
  record Idle(long cut, long round) implements Mark {}

  /** Empty where there is none, or none that can be read. */
  static Optional<Mark> of(Headers headers) {
    Optional<String> text = text(headers, MillraceHeaders.WATERMARK);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      long round = text(headers, MillraceHeaders.ROUND).map(Long::parseLong).orElse(0L);
      if (text.get().equals(MillraceHeaders.IDLE)) {
        long cut = text(headers, MillraceHeaders.CUT).map(Long::parseLong).orElse(0L);
        return Optional.of(new Idle(cut, round));
      }
      long micros = Long.parseLong(text.get());
      return micros > LATEST || micros < Watermarks.BEGINNING
          ? Optional.empty()
          : Optional.of(new Passed(micros, round));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Puts it where {@link #of} finds it. */
  default void addTo(Headers headers) {
    switch (this) {
      case Passed passed -> add(headers, MillraceHeaders.WATERMARK, Long.toString(passed.micros));
      case Idle idle -> {
        add(headers, MillraceHeaders.WATERMARK, MillraceHeaders.IDLE);
        add(headers, MillraceHeaders.CUT, Long.toString(idle.cut));
      }
    }
    add(headers, MillraceHeaders.ROUND, Long.toString(round()));
  }

  private static Optional<String> text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null || header.value().length > MOST_BYTES
        ? Optional.empty()
        : Optional.of(new String(header.value(), US_ASCII));
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(US_ASCII));
  }
}
