package io.millrace.contracts.pipeline;

import io.millrace.contracts.time.TimeNotation;

/**
 * One field of a stream.
 *
 * @param required whether {@code presence.minFraction} is 1: every event must carry a value
 * @param minValues fewest values of a list that is present
 * @param maxValues most values of a list
 * @param notation how a TIMESTAMP is written where it is no typed value: in JSON, as text, and in
 *     columns of numbers
 */
public record Field(
    String name,
    FieldType type,
    boolean required,
    Domain domain,
    int minValues,
    int maxValues,
    TimeNotation notation) {
  /** A field whose times are written as they are by default. */
  public Field(
      String name, FieldType type, boolean required, Domain domain, int minValues, int maxValues) {
    this(name, type, required, domain, minValues, maxValues, TimeNotation.DEFAULT);
  }
}
