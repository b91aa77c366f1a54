package io.millrace.evaluator.verdict;

import java.util.List;
import java.util.Optional;

/**
 * Whether a candidate may be published, with all numbers.
 *
 * @param rows held out
 * @param championVersion there was a champion; none means that changes were not checked, and the
 *     blessing is a rubber stamp
 * @param unseen how many of the rows the champion was not trained on
 * @param shortages of held-out rows; with any, nothing is blessed
 * @param checks of the thresholds, in the order of the file; without any, nothing is blessed
 * @param slices all rows first
 * @param omittedSlices how many small slices were left out
 */
public record Verdict(
    long rows,
    Optional<Integer> championVersion,
    long unseen,
    List<Shortage> shortages,
    List<Check> checks,
    List<SliceResult> slices,
    int omittedSlices) {
  /**
   * Too few held-out rows for a number to mean anything.
   *
   * @param of which rows: all of them, or those with a label
   */
  public record Shortage(String of, long rows, long least) {
    public String message() {
      return "%d %s, fewer than %d".formatted(rows, of, least);
    }
  }

  public Verdict {
    shortages = List.copyOf(shortages);
    checks = List.copyOf(checks);
    slices = List.copyOf(slices);
  }

  public boolean blessed() {
    return !missingThresholds() && shortages.isEmpty() && checks.stream().noneMatch(Check::failed);
  }

  public boolean rubberStamp() {
    return championVersion.isEmpty();
  }

  /** As in TensorFlow Model Analysis: a gate without a threshold lets nothing pass. */
  public boolean missingThresholds() {
    return checks.isEmpty();
  }
}
