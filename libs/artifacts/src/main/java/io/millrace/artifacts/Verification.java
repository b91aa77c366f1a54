package io.millrace.artifacts;

/** Whether a store holds what a reference promises. */
public sealed interface Verification {
  record Intact() implements Verification {}

  record Missing() implements Verification {}

  /** Other content than promised. */
  record Damaged(Digest found) implements Verification {}
}
