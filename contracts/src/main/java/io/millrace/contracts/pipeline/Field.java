package io.millrace.contracts.pipeline;

/**
 * One field of a stream.
 *
 * @param required whether {@code presence.minFraction} is 1: every event must carry a value
 * @param minValues fewest values of a list that is present
 * @param maxValues most values of a list
 */
public record Field(
    String name, FieldType type, boolean required, Domain domain, int minValues, int maxValues) {}
