package io.millrace.contracts.time;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a number that is a time counts since 1970-01-01T00:00:00Z. */
public enum EpochUnit {
  S(1_000_000, "seconds"),
  MS(1_000, "milliseconds"),
  US(1, "microseconds"),
  NS(0.001, "nanoseconds");

  /** Whatever the unit; an exponent may have nine digits, and would be written out. */
  private static final int MOST_DIGITS = 30;

  private static final int LEAST_DIGITS = -10;

  private final BigDecimal micros;
  private final String plural;

  EpochUnit(double micros, String plural) {
    this.micros = BigDecimal.valueOf(micros).stripTrailingZeros();
    this.plural = plural;
  }

  /**
   * Microseconds since the epoch; finer digits are cut off.
   *
   * @throws ArithmeticException when it is too far away for 64 bits
   */
  public long micros(BigDecimal number) {
    long digits = (long) number.precision() - number.scale(); // before the point
    if (number.signum() == 0 || digits < LEAST_DIGITS) {
      return number.signum() < 0 ? -1 : 0;
    }
    if (digits > MOST_DIGITS) {
      throw new ArithmeticException("a number of " + digits + " digits is no time");
    }
    return number.multiply(micros).setScale(0, RoundingMode.FLOOR).longValueExact();
  }

  /** How many microseconds it has. */
  public BigDecimal inMicros() {
    return micros;
  }

  /** How many of it a time is after the epoch. */
  BigDecimal of(long microsSinceEpoch) {
    return BigDecimal.valueOf(microsSinceEpoch).divide(micros);
  }

  /** The unit in which a number is the time of an event; there is no more than one. */
  static Optional<EpochUnit> guess(BigDecimal number) {
    return Arrays.stream(values())
        .filter(
            unit -> {
              try {
                return EventTimes.contain(unit.micros(number));
              } catch (ArithmeticException e) {
                return false;
              }
            })
        .findFirst();
  }

  /** As a pipeline file names it: {@code ms}. */
  public String symbol() {
    return name().toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return plural;
  }
}
