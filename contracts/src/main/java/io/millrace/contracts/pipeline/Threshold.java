package io.millrace.contracts.pipeline;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** What a model must reach before it is published; bounds are inclusive. */
public sealed interface Threshold {
  Metric metric();

  /**
   * The rows that it is about: each field with the value it has there, as text; empty for all rows.
   */
  Map<String, String> slice();

  /** At least one bound is there. */
  record Value(
      Metric metric,
      Map<String, String> slice,
      OptionalDouble lowerBound,
      OptionalDouble upperBound)
      implements Threshold {
    public Value {
      slice = Collections.unmodifiableMap(new TreeMap<>(slice));
    }
  }

  /**
   * Against the champion's metric on the same rows; at least one bound is there.
   *
   * @param absolute the least difference for HIGHER_IS_BETTER, the greatest for LOWER_IS_BETTER
   * @param relative the same as a share of the champion's metric
   */
  record Change(
      Metric metric,
      Map<String, String> slice,
      Direction direction,
      OptionalDouble absolute,
      OptionalDouble relative)
      implements Threshold {
    public Change {
      slice = Collections.unmodifiableMap(new TreeMap<>(slice));
    }
  }

  /** As in TensorFlow Model Analysis. */
  enum Direction {
    HIGHER_IS_BETTER,
    LOWER_IS_BETTER
  }
}
