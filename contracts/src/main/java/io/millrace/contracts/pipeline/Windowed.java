package io.millrace.contracts.pipeline;

import java.time.Duration;

/**
 * A feature over the labels that were known about an entity: the aggregate of {@code field} over
 * (⌊t⌋ − window, ⌊t⌋], ⌊t⌋ being t rounded down to a multiple of the pane.
 *
 * @param entity the example's field that names the entity
 * @param field a field of the label stream, or the label itself
 */
public record Windowed(
    String name, String entity, Aggregate aggregate, String field, Duration window, Duration pane) {

  /** The aggregates; the mean of a BOOL is its share. */
  public enum Aggregate {
    COUNT,
    SUM,
    MEAN,
    MIN,
    MAX
  }

  /** INT for a count, else FLOAT. */
  public FieldType type() {
    return FieldType.of(aggregate == Aggregate.COUNT ? Scalar.INT : Scalar.FLOAT);
  }

  public long windowMicros() {
    return window.toNanos() / 1000;
  }

  public long paneMicros() {
    return pane.toNanos() / 1000;
  }
}
