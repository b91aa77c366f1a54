package io.millrace.features.panes;

/**
 * What is summed in panes.
 *
 * @param field a field of the label stream, or the label
 * @param paneMicros length of a pane in microseconds
 */
public record SeriesKey(String field, long paneMicros) {}
