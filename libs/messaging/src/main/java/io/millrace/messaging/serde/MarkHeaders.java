package io.millrace.messaging.serde;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.watermarks.Mark;
import io.millrace.messaging.watermarks.Watermarks;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** A mark as the headers of a watermark record. */
public final class MarkHeaders {
  /** Longer than any number. */
  private static final int MOST_BYTES = 20;

  private MarkHeaders() {}

  /** Empty where there is none, or none that can be read. */
  public static Optional<Mark> read(Headers headers) {
    Optional<String> text = text(headers, MillraceHeaders.WATERMARK);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      long round = text(headers, MillraceHeaders.ROUND).map(Long::parseLong).orElse(0L);
      if (text.get().equals(MillraceHeaders.IDLE)) {
        long cut = text(headers, MillraceHeaders.CUT).map(Long::parseLong).orElse(0L);
        return Optional.of(new Mark.Idle(cut, round));
      }
      long micros = Long.parseLong(text.get());
      return micros > Mark.LATEST || micros < Watermarks.BEGINNING
          ? Optional.empty()
          : Optional.of(new Mark.Passed(micros, round));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Puts a mark where {@link #read} finds it. */
  public static void add(Headers headers, Mark mark) {
    switch (mark) {
      case Mark.Passed passed ->
          add(headers, MillraceHeaders.WATERMARK, Long.toString(passed.micros()));
      case Mark.Idle idle -> {
        add(headers, MillraceHeaders.WATERMARK, MillraceHeaders.IDLE);
        add(headers, MillraceHeaders.CUT, Long.toString(idle.cut()));
      }
    }
    add(headers, MillraceHeaders.ROUND, Long.toString(mark.round()));
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
