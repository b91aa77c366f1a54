package io.millrace.validator.checks;

import java.util.List;

/** What the checks say of one event. */
public sealed interface Verdict {
  /** The one valid verdict, shared. */
  Valid VALID = new Valid();

  /** Every check passed. */
  record Valid() implements Verdict {}

  /**
   * @param violations every reason, in the order of the checks; at least one
   */
  record Invalid(List<Violation> violations) implements Verdict {
    public Invalid {
      violations = List.copyOf(violations);
      if (violations.isEmpty()) {
        throw new IllegalArgumentException("an invalid event has a reason");
      }
    }
  }
}
