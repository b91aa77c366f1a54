package io.millrace.messaging.serde;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.common.header.Headers;

/** CloudEvents 1.0, Kafka binary binding, for the records of one topic. */
public final class CloudEvents {
  private static final byte[] SPEC_VERSION = utf8("1.0");

  private final byte[] source;
  private final byte[] type;

  /**
   * @param source such as {@code /millrace/validator/flights}
   * @param type such as {@code millrace.flights.Departures}
   */
  public CloudEvents(String source, String type) {
    this.source = utf8(source);
    this.type = utf8(type);
  }

  /**
   * Sets the envelope's headers in place of any that are there.
   *
   * @param micros event time, microseconds since the epoch
   */
  public void set(Headers headers, String id, long micros) {
    headers.remove("ce_specversion").add("ce_specversion", SPEC_VERSION);
    headers.remove("ce_id").add("ce_id", utf8(id));
    headers.remove("ce_source").add("ce_source", source);
    headers.remove("ce_type").add("ce_type", type);
    headers.remove("ce_time").add("ce_time", utf8(instant(micros).toString()));
  }

  /** Microseconds since the epoch as an instant. */
  public static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
