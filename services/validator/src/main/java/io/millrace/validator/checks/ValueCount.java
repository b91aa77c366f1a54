package io.millrace.validator.checks;

import io.millrace.contracts.errors.ErrorCode;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** A list that is there has at least {@code min} and at most {@code max} values. */
record ValueCount(String field, int min, int max) implements Check {
  @Override
  public boolean passes(@Nullable Object value) {
    return !(value instanceof Collection<?> values)
        || (values.size() >= min && values.size() <= max);
  }

  @Override
  public Violation violation(@Nullable Object value) {
    int size = value instanceof Collection<?> values ? values.size() : 0;
    return size < min
        ? new Violation(
            ErrorCode.FEATURE_TYPE_LOW_NUMBER_VALUES,
            field,
            field + " has " + size + " values, fewer than " + min)
        : new Violation(
            ErrorCode.FEATURE_TYPE_HIGH_NUMBER_VALUES,
            field,
            field + " has " + size + " values, more than " + max);
  }
}
