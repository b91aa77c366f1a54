package io.millrace.validator.checks;

import io.millrace.contracts.errors.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * A value is there. An id of no characters names nothing, so {@code ""} counts as missing there.
 */
record Present(String field, ErrorCode code) implements Check {
  @Override
  public boolean passes(@Nullable Object value) {
    return value != null && !(code == ErrorCode.NO_ID && value.equals(""));
  }

  @Override
  public Violation violation(@Nullable Object value) {
    return new Violation(code, field, field + " is missing");
  }
}
