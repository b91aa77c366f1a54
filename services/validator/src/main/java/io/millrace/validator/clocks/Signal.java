package io.millrace.validator.clocks;

/** What a source tells those who wait for it. */
public sealed interface Signal {
  /** No news. */
  record Nothing() implements Signal {}

  /** Every event up to this time, inclusive, has been sent before this. */
  record Passed(long micros) implements Signal {}

  /** There is no input and no lag: nobody need wait until the source speaks again. */
  record Idle() implements Signal {}
}
