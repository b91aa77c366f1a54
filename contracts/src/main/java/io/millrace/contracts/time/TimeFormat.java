package io.millrace.contracts.time;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How a time is written as text, by a pattern of {@link DateTimeFormatter}, in English. */
public final class TimeFormat {
  private static final ZonedDateTime ANY =
      ZonedDateTime.of(2001, 12, 31, 13, 59, 58, 0, ZoneOffset.UTC);
  private static final Pattern DIGITS = Pattern.compile("[0-9]+([.][0-9]*)?");

  private final String pattern;
  private final DateTimeFormatter formatter;

  /**
   * @throws IllegalArgumentException when it is no pattern, or one that leaves open which day or
   *     hour is meant
   */
  public TimeFormat(String pattern) {
    this.pattern = pattern;
    this.formatter =
        DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT)
            .withChronology(IsoChronology.INSTANCE);
    try {
      String text = formatter.format(ANY);
      if (!formatter.format(time(text)).equals(text)) {
        throw new IllegalArgumentException("it leaves open which hour is meant");
      }
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("it leaves open which day is meant", e);
    }
  }

  /**
   * Microseconds since the epoch, finer digits being cut off; without an hour it is midnight,
   * without a zone UTC.
   *
   * @throws DateTimeException when the text is no such time
   * @throws ArithmeticException when it is too far away for 64 bits
   */
  public long micros(String text) {
    return IsoTime.micros(time(text).toInstant());
  }

  /** Whether its text could be a number. */
  public boolean isOfDigits() {
    return DIGITS.matcher(formatter.format(ANY)).matches();
  }

  private ZonedDateTime time(String text) {
    TemporalAccessor parsed = formatter.parse(text);
    LocalDate date = parsed.query(TemporalQueries.localDate());
    if (date == null) {
      throw new DateTimeException("no day in " + text);
    }
    LocalTime time = parsed.query(TemporalQueries.localTime());
    ZoneId zone = parsed.query(TemporalQueries.zone());
    return ZonedDateTime.of(
        date,
        Objects.requireNonNullElse(time, LocalTime.MIDNIGHT),
        Objects.requireNonNullElse(zone, ZoneOffset.UTC));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TimeFormat format && format.pattern.equals(pattern);
  }

  @Override
  public int hashCode() {
    return pattern.hashCode();
  }

  /** The pattern. */
  @Override
  public String toString() {
    return pattern;
  }
}
