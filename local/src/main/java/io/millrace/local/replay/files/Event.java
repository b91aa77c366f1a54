package io.millrace.local.replay.files;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One event of a file.
 *
 * @param stream the place of its stream among the files
 * @param time microseconds since the epoch; null when the event has none
 * @param id as text; null when the event has none
 * @param values of the stream's fields, in their order; null where missing
 */
public record Event(
    int stream, @Nullable Long time, @Nullable String id, List<@Nullable Object> values) {}
