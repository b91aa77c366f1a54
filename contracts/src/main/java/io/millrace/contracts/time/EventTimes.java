package io.millrace.contracts.time;

import io.millrace.contracts.errors.ErrorCode;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * When events happen: in the years 1971 to 2100. A time beyond is a number in another unit than was
 * thought, and would carry every clock away. Other times of an event are free.
 */
public final class EventTimes {
  /** Microseconds since the epoch, inclusive. */
  public static final long EARLIEST = IsoTime.micros("1971-01-01T00:00:00Z");

  /** Microseconds since the epoch, inclusive. */
  public static final long LATEST = IsoTime.micros("2100-12-31T23:59:59.999999Z");

  private EventTimes() {}

  /** Whether something can have happened then. */
  public static boolean contain(long micros) {
    return micros >= EARLIEST && micros <= LATEST;
  }

  /**
   * What is wrong with a time, and what was meant, perhaps; empty when nothing is.
   *
   * @param micros since the epoch
   * @param read the unit that its number was read in
   */
  public static Optional<Problem> problem(long micros, EpochUnit read) {
    return contain(micros)
        ? Optional.empty()
        : Optional.of(
            new Problem(
                micros < EARLIEST ? ErrorCode.TIME_BEFORE_DOMAIN : ErrorCode.TIME_AFTER_DOMAIN,
                "%s is not in the years 1971 to 2100%s"
                    .formatted(
                        TimeBounds.contain(micros) ? instant(micros) : "a time that far away",
                        hint(read.of(micros), read))));
  }

  /** Why a time is none of an event. */
  public record Problem(ErrorCode code, String message) {}

  /** What a number that was read in a unit may have meant: another unit; else nothing. */
  public static String hint(BigDecimal number, EpochUnit read) {
    return EpochUnit.guess(number)
        .filter(unit -> unit != read)
        .map(
            unit ->
                "; perhaps %s that were taken for %s, and %s is meant"
                    .formatted(unit, read, instant(unit.micros(number))))
        .orElse("");
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
