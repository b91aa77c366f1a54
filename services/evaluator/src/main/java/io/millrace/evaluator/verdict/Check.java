package io.millrace.evaluator.verdict;

import io.millrace.contracts.pipeline.Threshold;
import java.util.OptionalDouble;

/** One threshold and what came of it. */
public record Check(Threshold threshold, Slice slice, Outcome outcome) {
  public boolean failed() {
    return outcome instanceof Outcome.Failed;
  }

  /** What came of a threshold. */
  public sealed interface Outcome {
    /**
     * @param champion there for a change threshold
     */
    record Passed(double candidate, OptionalDouble champion) implements Outcome {}

    /**
     * @param candidate its metric, where it has one
     * @param champion its metric, where it was compared
     */
    record Failed(Reason reason, String message, OptionalDouble candidate, OptionalDouble champion)
        implements Outcome {
      Failed(Reason reason, String message) {
        this(reason, message, OptionalDouble.empty(), OptionalDouble.empty());
      }
    }

    /** There is no champion to compare with. */
    record Skipped() implements Outcome {}
  }

  /** Why a threshold failed. */
  public enum Reason {
    /** The metric is beyond a bound. */
    BEYOND_BOUND,
    /** The candidate is worse than the champion by more than is allowed. */
    WORSE_THAN_CHAMPION,
    /** The metric says nothing of these rows. */
    UNDEFINED,
    /** The slice has no row. */
    MISSING_SLICE,
    /** Too few rows are left that the champion was not trained on. */
    INSUFFICIENT_ROWS
  }
}
