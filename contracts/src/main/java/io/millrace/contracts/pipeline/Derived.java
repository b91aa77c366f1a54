package io.millrace.contracts.pipeline;

/** A feature computed by CEL from the fields of its own example. */
public record Derived(String name, String expression) {}
