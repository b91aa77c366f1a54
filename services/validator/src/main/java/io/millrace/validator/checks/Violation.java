package io.millrace.validator.checks;

import io.millrace.contracts.errors.ErrorCode;

/**
 * One reason to refuse an event.
 *
 * @param field the field's name; empty when it is about the whole record
 * @param message names the bound that was crossed, and never the whole value
 */
public record Violation(ErrorCode code, String field, String message) {
  /** A reason that is about the whole record. */
  public static Violation ofRecord(ErrorCode code, String message) {
    return new Violation(code, "", message);
  }
}
