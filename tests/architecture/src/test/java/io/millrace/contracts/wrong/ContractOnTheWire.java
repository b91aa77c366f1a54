package io.millrace.contracts.wrong;

import org.apache.kafka.common.header.Headers;

/** A contract that knows how it travels. */
public record ContractOnTheWire(Headers headers) {}
