package io.millrace.validator.topology;

import io.millrace.contracts.pipeline.Stream;
import io.millrace.validator.counts.Counter;
import io.millrace.validator.messages.Destination;
import io.millrace.validator.messages.Envelope;

/**
 * One stream of the pipeline, as the topology reads it.
 *
 * @param index what messages and stored keys call it: 0 is the example stream, 1 the label stream
 * @param topic where it is read
 * @param sources partitions of that topic, which may be a user's own
 */
record Input(
    int index,
    Stream stream,
    String topic,
    int sources,
    Destination destination,
    Envelope envelope,
    Counter records,
    Counter misplaced,
    Counter ahead,
    Counter accepted) {}
