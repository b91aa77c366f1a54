package io.millrace.validator.checks;

import io.millrace.contracts.errors.ErrorCode;
import org.jspecify.annotations.Nullable;

/** A number is finite. */
record NotInfinite(String field) implements Check {
  @Override
  public boolean passes(@Nullable Object value) {
    return !(value instanceof Double number && number.isInfinite());
  }

  @Override
  public Violation violation(@Nullable Object value) {
    return new Violation(ErrorCode.FLOAT_TYPE_HAS_INF, field, field + " is infinite");
  }
}
