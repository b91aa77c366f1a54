package io.millrace.contracts.pipeline;

import java.util.OptionalDouble;

/** What a model must reach before it is published; bounds are inclusive. */
public sealed interface Threshold {
  Metric metric();

  /** At least one bound is there. */
  record Value(Metric metric, OptionalDouble lowerBound, OptionalDouble upperBound)
      implements Threshold {}

  /**
   * Against the champion's metric on the same rows; at least one bound is there.
   *
   * @param absolute the least difference for HIGHER_IS_BETTER, the greatest for LOWER_IS_BETTER
   * @param relative the same as a share of the champion's metric
   */
  record Change(
      Metric metric, Direction direction, OptionalDouble absolute, OptionalDouble relative)
      implements Threshold {}

  /** As in TensorFlow Model Analysis. */
  enum Direction {
    HIGHER_IS_BETTER,
    LOWER_IS_BETTER
  }
}
