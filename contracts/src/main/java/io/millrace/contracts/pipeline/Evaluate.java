package io.millrace.contracts.pipeline;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * When a model is good enough.
 *
 * @param refit publish the same parameters trained on all rows, once the thresholds have passed
 * @param slices each one the fields by whose values rows are grouped; an empty one is all rows
 * @param least how many rows must be held out for a blessing
 * @param latencyP99 the longest that 99 of 100 predictions may take
 */
public record Evaluate(
    Split split,
    boolean refit,
    List<List<String>> slices,
    List<Threshold> thresholds,
    Least least,
    Optional<Duration> latencyP99) {
  public static final Evaluate DEFAULT =
      new Evaluate(
          Split.DEFAULT, true, List.of(List.of()), List.of(), Least.DEFAULT, Optional.empty());

  public Evaluate {
    slices = slices.stream().map(List::copyOf).toList();
    thresholds = List.copyOf(thresholds);
  }

  /**
   * How many rows must be held out for a blessing.
   *
   * @param ofEachClass of a BINARY label
   */
  public record Least(int rows, int ofEachClass) {
    public static final Least DEFAULT = new Least(100, 10);
  }

  /**
   * Which rows are held out.
   *
   * @param eval their share, between 0 and 1
   */
  public record Split(By by, double eval) {
    public static final Split DEFAULT = new Split(By.HASH, 0.2);

    /** HASH of the id, or the newest by TIME. */
    public enum By {
      HASH,
      TIME
    }
  }
}
