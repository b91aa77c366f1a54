package io.millrace.validator.checks;

import io.millrace.contracts.errors.ErrorCode;
import org.jspecify.annotations.Nullable;

/** An integer between two bounds, both inclusive. */
record LongRange(String field, long min, long max) implements Check {
  @Override
  public boolean passes(@Nullable Object value) {
    return !(value instanceof Long number) || (number >= min && number <= max);
  }

  @Override
  public Violation violation(@Nullable Object value) {
    return value instanceof Long number && number < min
        ? new Violation(
            ErrorCode.INT_TYPE_SMALL_INT, field, field + " is " + number + ", less than " + min)
        : new Violation(
            ErrorCode.INT_TYPE_BIG_INT, field, field + " is " + value + ", more than " + max);
  }
}
