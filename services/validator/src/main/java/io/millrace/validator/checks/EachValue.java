package io.millrace.validator.checks;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Every value of a list keeps the rule; the first that does not is the reason. */
record EachValue(Check rule) implements Check {
  @Override
  public boolean passes(@Nullable Object value) {
    if (value instanceof Collection<?> values) {
      for (Object one : values) {
        if (!rule.passes(one)) {
          return false;
        }
      }
    }
    return true;
  }

  @Override
  public Violation violation(@Nullable Object value) {
    if (value instanceof Collection<?> values) {
      for (Object one : values) {
        if (!rule.passes(one)) {
          return rule.violation(one);
        }
      }
    }
    throw new IllegalArgumentException("the list passes");
  }
}
