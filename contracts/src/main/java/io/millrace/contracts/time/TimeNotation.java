package io.millrace.contracts.time;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the times of a field are written: numbers in a unit, text in ISO-8601 or a format.
 *
 * @param unit of numbers; when empty, whole milliseconds, or none where there is a format
 * @param format of text; when empty, {@link IsoTime}
 */
public record TimeNotation(Optional<EpochUnit> unit, Optional<TimeFormat> format) {
  /** Whole milliseconds, or ISO-8601. */
  public static final TimeNotation DEFAULT = new TimeNotation(Optional.empty(), Optional.empty());

  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]{1,30}([.][0-9]{0,30})?");

  /** The unit that numbers are read in. */
  public EpochUnit numbers() {
    return unit.orElse(EpochUnit.MS);
  }

  /** Whether a number is no time: there is a format, and no unit. */
  public boolean isTextOnly() {
    return format.isPresent() && unit.isEmpty();
  }

  /**
   * The time of a number, in microseconds since the epoch.
   *
   * @throws ArithmeticException when it is too far away for 64 bits, or no whole number where no
   *     unit is given
   * @throws DateTimeException when only text is a time
   */
  public long micros(BigDecimal number) {
    if (isTextOnly()) {
      throw new DateTimeException("a time is written as " + format.get());
    }
    return unit.isPresent()
        ? unit.get().micros(number)
        : Math.multiplyExact(number.longValueExact(), 1_000L);
  }

  /**
   * The time of a text, in microseconds since the epoch; digits are a number where a unit is given.
   *
   * @throws DateTimeException when it is no time
   * @throws ArithmeticException when it is too far away for 64 bits
   */
  public long micros(String text) {
    if (unit.isPresent() && NUMBER.matcher(text).matches()) {
      return unit.get().micros(new BigDecimal(text));
    }
    return format.isPresent() ? format.get().micros(text) : IsoTime.micros(text);
  }

  /** What is expected, in words: {@code ISO-8601, or whole milliseconds since 1970}. */
  @Override
  public String toString() {
    String text = format.map(pattern -> "as " + pattern).orElse("ISO-8601");
    return isTextOnly()
        ? text
        : text
            + ", or "
            + unit.map(EpochUnit::toString).orElse("whole milliseconds")
            + " since 1970";
  }
}
