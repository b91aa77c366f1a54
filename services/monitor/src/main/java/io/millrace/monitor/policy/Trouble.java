package io.millrace.monitor.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.pipeline.Monitor.Signal;

/**
 * Something that is wrong with the live version.
 *
 * @param subject the metric or the field
 * @param first where the first bad window begins; microseconds since the epoch
 * @param window where the window begins that made sure of it
 * @param numbers behind it
 */
public record Trouble(
    Signal signal, int version, String subject, long first, long window, ObjectNode numbers) {}
