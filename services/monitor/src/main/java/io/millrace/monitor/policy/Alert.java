package io.millrace.monitor.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.errors.ErrorCode;

/**
 * Something that a human should know of.
 *
 * @param id the same for the same trouble
 */
public record Alert(String id, ErrorCode code, String message, ObjectNode evidence) {}
