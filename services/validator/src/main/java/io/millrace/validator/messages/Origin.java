package io.millrace.validator.messages;

import org.jspecify.annotations.Nullable;

/**
 * Where a record was read, for its way to quarantine.
 *
 * @param key as received
 */
public record Origin(int partition, long offset, byte @Nullable [] key) {}
