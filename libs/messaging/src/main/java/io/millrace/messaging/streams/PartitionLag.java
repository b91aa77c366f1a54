package io.millrace.messaging.streams;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** How far a stream thread is behind the end of one of its partitions. */
public interface PartitionLag {
  /** Records not fetched yet, as the last fetch said; empty when it is not known. */
  OptionalLong lag(TopicPartition partition);

  /**
   * Offset of the last record that was handed to the thread; empty when there was none since it got
   * the partition. Kafka Streams takes the older record first, so that a partition without lag may
   * stand in the thread's buffers for long, behind another one: only a processor that has seen this
   * offset knows that nothing is left.
   */
  default OptionalLong delivered(TopicPartition partition) {
    return OptionalLong.empty();
  }

  /** Offset of the next record to be fetched; empty when the thread does not hold the partition. */
  OptionalLong position(TopicPartition partition);

  /**
   * Where partitions end now, whoever holds them: the offset behind the last record, be it
   * committed yet or not. Asks the brokers; without those that don't answer within a second.
   */
  Map<TopicPartition, Long> ends(Set<TopicPartition> partitions);
}
