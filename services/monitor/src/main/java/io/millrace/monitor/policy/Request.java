package io.millrace.monitor.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A new model is asked for.
 *
 * @param run its id: the same for the same cause, whoever asks and however often
 */
public record Request(String run, ObjectNode evidence) {}
