package io.millrace.validator.topology;

import io.millrace.contracts.topics.MillraceHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;

/** What a watermark record of a producer says. */
sealed interface WatermarkHeader {
  /** Every event of the partition up to this time, inclusive, has been written. */
  record Passed(long micros) implements WatermarkHeader {}

  /** A producer's own idleness; others may write there, so that it means nothing here. */
  record Idle() implements WatermarkHeader {}

  /** No watermark at all. */
  record Malformed() implements WatermarkHeader {}

  static WatermarkHeader parse(Header header) {
    if (header.value() == null) {
      return new Malformed();
    }
    String text = new String(header.value(), StandardCharsets.UTF_8);
    if (text.equals(MillraceHeaders.IDLE)) {
      return new Idle();
    }
    try {
      return new Passed(Long.parseLong(text));
    } catch (NumberFormatException e) {
      return new Malformed();
    }
  }
}
