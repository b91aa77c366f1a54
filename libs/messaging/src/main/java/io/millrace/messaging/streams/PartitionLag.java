package io.millrace.messaging.streams;

import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;

/** How far a stream thread is behind the end of one of its partitions. */
public interface PartitionLag {
  /** Records not fetched yet, as the last fetch said; empty when it is not known. */
  OptionalLong lag(TopicPartition partition);
}
