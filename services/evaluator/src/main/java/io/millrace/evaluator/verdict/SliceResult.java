package io.millrace.evaluator.verdict;

import java.util.Optional;

/**
 * The numbers of one slice.
 *
 * @param candidate over all of the slice's rows
 * @param comparison there is a champion: both over the rows that it was not trained on
 */
public record SliceResult(Slice slice, Measured candidate, Optional<Comparison> comparison) {
  /** Candidate and champion over the same rows. */
  public record Comparison(Measured candidate, Measured champion) {}
}
