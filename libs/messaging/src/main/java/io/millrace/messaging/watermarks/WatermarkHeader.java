package io.millrace.messaging.watermarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.contracts.topics.MillraceHeaders;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** What the headers of a record without a value say of event time. */
public sealed interface WatermarkHeader {
  /** Longer than any number. */
  int MOST_BYTES = 20;

  /** Far enough from the limits of a long for durations to be added: the year 9999. */
  long LATEST = 253_402_300_799_999_999L;

  /** Every event of the partition up to this time, inclusive, has come. */
  record Passed(long micros) implements WatermarkHeader {}

  /** The writer has neither input nor lag. */
  record Idle() implements WatermarkHeader {}

  /** No watermark at all, or none that can be understood. */
  record Malformed() implements WatermarkHeader {}

  static WatermarkHeader of(Headers headers) {
    return of(headers.lastHeader(MillraceHeaders.WATERMARK));
  }

  static WatermarkHeader of(@Nullable Header header) {
    byte[] value = header == null ? null : header.value();
    if (value == null || value.length > MOST_BYTES) {
      return new Malformed();
    }
    String text = new String(value, US_ASCII);
    if (text.equals(MillraceHeaders.IDLE)) {
      return new Idle();
    }
    try {
      long micros = Long.parseLong(text);
      return micros > LATEST || micros < Watermarks.BEGINNING
          ? new Malformed()
          : new Passed(micros);
    } catch (NumberFormatException e) {
      return new Malformed();
    }
  }
}
