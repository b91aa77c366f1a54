package io.millrace.statistics.metrics;

/** What a metric says of some rows. */
public sealed interface Measurement {
  record Value(double value) implements Measurement {}

  /**
   * The metric says nothing of these rows.
   *
   * @param reason such as {@code all labels are true}
   */
  record Undefined(String reason) implements Measurement {}
}
