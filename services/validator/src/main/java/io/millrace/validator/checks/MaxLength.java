package io.millrace.validator.checks;

import io.millrace.contracts.errors.ErrorCode;
import org.jspecify.annotations.Nullable;

/** A string of at most {@code max} UTF-16 code units. */
record MaxLength(String field, long max) implements Check {
  @Override
  public boolean passes(@Nullable Object value) {
    return !(value instanceof String text) || text.length() <= max;
  }

  @Override
  public Violation violation(@Nullable Object value) {
    int length = value instanceof String text ? text.length() : 0;
    return new Violation(
        ErrorCode.STRING_TOO_LONG,
        field,
        field + " has " + length + " characters, more than " + max);
  }
}
