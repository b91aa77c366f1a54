package io.millrace.monitor.lag;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Optional;

/**
 * How one service does for one pipeline.
 *
 * @param service such as {@code validator}
 * @param consumers how many of its consumers the broker knows; empty when it has none by design
 * @param recordsPerSecond what it takes in, or for ingest what is written to the streams
 * @param lag records that it has before it
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ServiceLag(
    String service,
    Optional<Integer> consumers,
    Optional<Double> recordsPerSecond,
    Optional<Long> lag) {}
