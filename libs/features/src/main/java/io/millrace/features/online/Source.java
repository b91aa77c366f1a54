package io.millrace.features.online;

/**
 * Where a pipeline's panes come from. The store remembers the log of each partition, so that an
 * emptied store, or a topic that was made anew and counts its offsets from 0 again, is noticed.
 *
 * @param log the id of the features topic, which a new topic of the same name doesn't share
 * @param partition of that topic
 */
public record Source(String pipeline, String log, int partition) {}
