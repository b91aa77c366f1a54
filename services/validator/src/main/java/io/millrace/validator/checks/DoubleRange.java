package io.millrace.validator.checks;

import io.millrace.contracts.errors.ErrorCode;
import org.jspecify.annotations.Nullable;

/** A number between two bounds, both inclusive; NaN has a rule of its own. */
record DoubleRange(String field, double min, double max) implements Check {
  @Override
  public boolean passes(@Nullable Object value) {
    return !(value instanceof Double number) || !(number < min || number > max);
  }

  @Override
  public Violation violation(@Nullable Object value) {
    return value instanceof Double number && number < min
        ? new Violation(
            ErrorCode.FLOAT_TYPE_SMALL_FLOAT, field, field + " is " + number + ", less than " + min)
        : new Violation(
            ErrorCode.FLOAT_TYPE_BIG_FLOAT, field, field + " is " + value + ", more than " + max);
  }
}
