package io.millrace.validator.checks;

import org.jspecify.annotations.Nullable;

/** One rule about one field; compiled once per schema, without state. */
interface Check {
  /** Whether a value keeps the rule; a missing one does, unless presence is the rule. */
  boolean passes(@Nullable Object value);

  /** Why a value that does not pass does not; called only then. */
  Violation violation(@Nullable Object value);
}
