package io.millrace.features.online;

/** What became of a batch of writes. */
public sealed interface WriteOutcome {
  /**
   * @param applied how many had a higher version than what was there
   */
  record Written(long applied) implements WriteOutcome {}

  /** Nothing was written: the store doesn't hold what this log wrote before, so fill it anew. */
  record NotFilled() implements WriteOutcome {}
}
