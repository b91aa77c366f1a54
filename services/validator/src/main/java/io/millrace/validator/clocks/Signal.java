package io.millrace.validator.clocks;

/** What a source, or a task that combines several, tells those who wait for it. */
public sealed interface Signal {
  /** No news. */
  record Nothing() implements Signal {}

  /** Every event up to this time, inclusive, has been sent before this. */
  record Passed(long micros) implements Signal {}

  /**
   * There is no input and no lag: nobody need wait until it speaks again.
   *
   * @param at how far was read: a source's position, or the cut through all positions
   */
  record Idle(long at) implements Signal {}
}
