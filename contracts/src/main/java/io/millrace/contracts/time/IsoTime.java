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
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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

  private static final Pattern SLASHED =
      Pattern.compile("([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})((?:[ T].*)?)");
  private static final int YEAR_LENGTH = "2001".length();
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
    return micros(instant(dashed(text)));
  }

  static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), MICROS_PER_SECOND),
        instant.getNano() / NANOS_PER_MICRO);
  }

  /** {@code 2024/3/1} as {@code 2024-03-01}: with the year first it has one reading. */
  private static String dashed(String text) {
    if (text.length() <= YEAR_LENGTH || text.charAt(YEAR_LENGTH) != '/') {
      return text;
    }
    Matcher date = SLASHED.matcher(text);
    return date.matches()
        ? date.group(1)
            + "-"
            + twoDigits(date.group(2))
            + "-"
            + twoDigits(date.group(3))
            + date.group(4)
        : text;
  }

  private static String twoDigits(String number) {
    return number.length() == 1 ? "0" + number : number;
  }

  private static Instant instant(String text) {
    if (text.length() == DATE_LENGTH) {
      return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
    boolean spaced = text.length() > DATE_LENGTH && text.charAt(DATE_LENGTH) == ' ';
    String iso =
        spaced ? text.substring(0, DATE_LENGTH) + 'T' + text.substring(DATE_LENGTH + 1) : text;
    TemporalAccessor parsed = ISO.parse(iso);
    return parsed.query(TemporalQueries.zone()) == null
        ? LocalDateTime.from(parsed).toInstant(ZoneOffset.UTC)
        : ZonedDateTime.from(parsed).toInstant();
  }
}
