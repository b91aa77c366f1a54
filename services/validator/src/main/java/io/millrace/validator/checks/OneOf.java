package io.millrace.validator.checks;

import io.millrace.contracts.errors.ErrorCode;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A string out of a closed set. */
record OneOf(String field, Set<String> values) implements Check {
  @Override
  public boolean passes(@Nullable Object value) {
    return value == null || values.contains(value);
  }

  @Override
  public Violation violation(@Nullable Object value) {
    return new Violation(
        ErrorCode.ENUM_TYPE_UNEXPECTED_STRING_VALUES,
        field,
        field + " is none of the " + values.size() + " values of its domain");
  }
}
