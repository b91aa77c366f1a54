package io.millrace.validator.messages;

/** The topics that the validator writes. */
public enum Destination {
  EXAMPLES,
  LABELS,
  QUARANTINE
}
