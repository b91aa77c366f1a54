package io.millrace.serving.stream;

/**
 * Where and in what steps vectors are predicted.
 *
 * @param instance unique per process
 * @param batch the most vectors that are predicted at once
 */
public record StreamSettings(String bootstrapServers, String instance, int batch) {}
