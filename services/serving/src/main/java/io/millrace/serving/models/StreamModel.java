package io.millrace.serving.models;

/** What a stream is to do with what it has read. */
public sealed interface StreamModel {
  /** Predict; the lease is the caller's to close. */
  record Live(Lease lease) implements StreamModel {}

  /** There never was a champion: nothing waits for one. */
  record None() implements StreamModel {}

  /** There is one, but it is not loaded. */
  record Awaited() implements StreamModel {}
}
