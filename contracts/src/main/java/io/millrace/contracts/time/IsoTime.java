package io.millrace.contracts.time;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;

/**
 * The one form of a time as text, in pipeline files, events and requests: ISO-8601, as {@code
 * docs/reference/types.md} has it.
 */
public final class IsoTime {
  private static final DateTimeFormatter ISO =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .optionalStart()
          .appendOffset("+HH:MM:ss", "Z")
          .optionalEnd()
          .optionalStart()
          .appendOffset("+HHmm", "Z")
          .optionalEnd()
          .parseCaseSensitive()
          .optionalStart()
          .appendLiteral('[')
          .appendZoneRegionId()
          .appendLiteral(']')
          .optionalEnd()
          .optionalStart()
          .appendLiteral(' ')
          .appendZoneRegionId()
          .optionalEnd()
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT)
          .withChronology(IsoChronology.INSTANCE);

  private static final int DATE_LENGTH = "2001-01-01".length();
  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final long NANOS_PER_MICRO = 1_000;

  private IsoTime() {}

  /**
   * Microseconds since the epoch; finer digits are cut off.
   *
   * @throws DateTimeException when the text is no time
   * @throws ArithmeticException when it is too far away for 64 bits
   */
  public static long micros(String text) {
    Instant instant = instant(text);
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND),
        instant.getNano() / NANOS_PER_MICRO);
  }

  private static Instant instant(String text) {
    if (text.length() == DATE_LENGTH) {
      return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
    boolean spaced = text.length() > DATE_LENGTH && text.charAt(DATE_LENGTH) == ' ';
    String iso = spaced ? text.replaceFirst(" ", "T") : text;
    TemporalAccessor parsed = ISO.parseBest(iso, ZonedDateTime::from, LocalDateTime::from);
    return parsed instanceof ZonedDateTime zoned
        ? zoned.toInstant()
        : LocalDateTime.from(parsed).toInstant(ZoneOffset.UTC);
  }
}
