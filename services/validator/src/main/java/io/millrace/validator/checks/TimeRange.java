package io.millrace.validator.checks;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.serde.CloudEvents;
import org.jspecify.annotations.Nullable;

/** A time between two bounds in microseconds since the epoch, both inclusive. */
record TimeRange(String field, long min, long max) implements Check {
  @Override
  public boolean passes(@Nullable Object value) {
    return !(value instanceof Long micros) || (micros >= min && micros <= max);
  }

  @Override
  public Violation violation(@Nullable Object value) {
    return value instanceof Long micros && micros < min
        ? new Violation(
            ErrorCode.TIME_BEFORE_DOMAIN, field, field + " is before " + CloudEvents.instant(min))
        : new Violation(
            ErrorCode.TIME_AFTER_DOMAIN, field, field + " is after " + CloudEvents.instant(max));
  }
}
