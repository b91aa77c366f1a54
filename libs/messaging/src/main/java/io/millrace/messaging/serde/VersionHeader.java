package io.millrace.messaging.serde;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.contracts.topics.MillraceHeaders;
import java.util.OptionalInt;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/** Which version of its pipeline a vector or a row was made by. */
public final class VersionHeader {
  /** Longer than any number. */
  private static final int MOST_BYTES = 10;

  private VersionHeader() {}

  public static void set(Headers headers, int version) {
    headers
        .remove(MillraceHeaders.PIPELINE_VERSION)
        .add(MillraceHeaders.PIPELINE_VERSION, Integer.toString(version).getBytes(US_ASCII));
  }

  /** Empty where there is none, or none that can be read. */
  public static OptionalInt read(Headers headers) {
    Header header = headers.lastHeader(MillraceHeaders.PIPELINE_VERSION);
    if (header == null || header.value() == null || header.value().length > MOST_BYTES) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(new String(header.value(), US_ASCII)));
    } catch (NumberFormatException e) {
      return OptionalInt.empty();
    }
  }
}
