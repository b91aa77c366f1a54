package io.millrace.features.online;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/** A time in a request: ISO-8601, UTC when it has no zone, or milliseconds since the epoch. */
public final class RequestTime {
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .optionalStart()
          .appendOffsetId()
          .optionalEnd()
          .toFormatter(Locale.ROOT);

  /**
   * Microseconds since the epoch; finer digits are cut off.
   *
   * @throws java.time.DateTimeException when the text is no time
   * @throws ArithmeticException when it is too far away for 64 bits
   */
  public static long micros(String text) {
    TemporalAccessor parsed =
        ISO.parseBest(text.replace(' ', 'T'), OffsetDateTime::from, LocalDateTime::from);
    Instant instant =
        parsed instanceof OffsetDateTime zoned
            ? zoned.toInstant()
            : ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000L), instant.getNano() / 1000);
  }

  /**
   * Microseconds since the epoch.
   *
   * @throws ArithmeticException when it is too far away for 64 bits, or no whole milliseconds
   */
  public static long ofMillis(BigDecimal millis) {
    return Math.multiplyExact(millis.longValueExact(), 1000L);
  }

  private RequestTime() {}
}
