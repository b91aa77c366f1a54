package io.millrace.serving.online;

/**
 * What a request may ask for.
 *
 * @param maxRows the most rows at once
 */
public record OnlineSettings(int maxRows) {}
