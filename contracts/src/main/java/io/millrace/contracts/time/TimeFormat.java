package io.millrace.contracts.time;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.chrono.IsoChronology;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a time is written as text, by a pattern of {@link DateTimeFormatter}, in English. */
public final class TimeFormat {
  private static final ZonedDateTime ANY =
      ZonedDateTime.of(2001, 12, 31, 13, 59, 58, 0, ZoneOffset.UTC);

  private final String pattern;
  private final DateTimeFormatter formatter;

  /**
   * @throws IllegalArgumentException when it is no pattern, or one that leaves open which day it is
   */
  public TimeFormat(String pattern) {
    this.pattern = pattern;
    this.formatter =
        DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT)
            .withChronology(IsoChronology.INSTANCE);
    try {
      micros(formatter.format(ANY));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("it leaves open which day is meant", e);
    }
  }

  /**
   * Microseconds since the epoch; without an hour it is midnight, without a zone UTC.
   *
   * @throws DateTimeException when the text is no such time
   * @throws ArithmeticException when it is too far away for 64 bits
   */
  public long micros(String text) {
    TemporalAccessor parsed =
        formatter.parseBest(text, ZonedDateTime::from, LocalDateTime::from, LocalDate::from);
    Instant time =
        switch (parsed) {
          case ZonedDateTime zoned -> zoned.toInstant();
          case LocalDateTime local -> local.toInstant(ZoneOffset.UTC);
          default -> LocalDate.from(parsed).atStartOfDay(ZoneOffset.UTC).toInstant();
        };
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
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
