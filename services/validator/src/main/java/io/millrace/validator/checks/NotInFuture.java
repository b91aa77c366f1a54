package io.millrace.validator.checks;

import io.millrace.contracts.errors.ErrorCode;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * A time that lies ahead of the wall clock by no more than clocks may differ: one event from the
 * far future would carry the watermark past all that is still to come.
 */
public record NotInFuture(String field, InstantSource clock) implements Check {
  /** How far ahead a time may be. */
  public static final Duration TOLERANCE = Duration.ofHours(1);

  @Override
  public boolean passes(@Nullable Object value) {
    return !(value instanceof Long micros) || !isInFuture(micros, clock);
  }

  @Override
  public Violation violation(@Nullable Object value) {
    return new Violation(
        ErrorCode.TIME_IN_FUTURE, field, field + " is more than " + TOLERANCE + " ahead of now");
  }

  /** Whether a time is too far ahead to move any clock. */
  public static boolean isInFuture(long micros, InstantSource clock) {
    return micros > (clock.millis() + TOLERANCE.toMillis()) * 1000;
  }
}
