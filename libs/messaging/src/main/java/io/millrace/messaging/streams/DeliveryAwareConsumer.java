package io.millrace.messaging.streams;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A consumer that remembers the last record it handed out, for each partition it holds, and hands
 * out none that is known to fail.
 *
 * <p>Kafka Streams beats its punctuators, and looks what there is to commit, between two polls.
 * That is done often while records come and for some time after, and seldom when they don't: a poll
 * returns at once when there is something, however long it may take.
 */
final class DeliveryAwareConsumer extends KafkaConsumer<byte[], byte[]> {
  /** How long a poll takes at most when there is no record. */
  static final Duration SELDOM = Duration.ofSeconds(1);

  private static final Duration OFTEN = Duration.ofMillis(100);

  /** Longer than a source takes to be idle. */
  private static final Duration QUIET = Duration.ofSeconds(15);

  private long lastRecords = System.nanoTime();
  private final Map<TopicPartition, Long> delivered = new HashMap<>();

  private final ThreadFaults faults;

  DeliveryAwareConsumer(Map<String, Object> config, ThreadFaults faults) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.faults = faults;
  }

  OptionalLong delivered(TopicPartition partition) {
    Long offset = delivered.get(partition);
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    faults.takeUpAgain();
    boolean quiet = System.nanoTime() - lastRecords > QUIET.toNanos();
    ConsumerRecords<byte[], byte[]> records =
        super.poll(quiet || timeout.compareTo(OFTEN) < 0 ? timeout : OFTEN);
    if (!records.isEmpty()) {
      lastRecords = System.nanoTime();
    }
    delivered.keySet().retainAll(assignment());
    ConsumerRecords<byte[], byte[]> sifted = faults.sift(records, assignment());
    for (TopicPartition partition : sifted.partitions()) {
      lastSeen(sifted.records(partition)).ifPresent(last -> delivered.put(partition, last));
    }
    return sifted;
  }

  /** The offset of the last one that is not passed over: no processor ever sees such a one. */
  private static OptionalLong lastSeen(List<ConsumerRecord<byte[], byte[]>> batch) {
    for (int i = batch.size() - 1; i >= 0; i--) {
      if (batch.get(i).timestamp() != ArrivalTime.PASSED_OVER) {
        return OptionalLong.of(batch.get(i).offset());
      }
    }
    return OptionalLong.empty();
  }

  @Override
  public void unsubscribe() {
    delivered.clear();
    super.unsubscribe();
  }

  @Override
  public void seek(TopicPartition partition, long offset) {
    delivered.remove(partition);
    super.seek(partition, offset);
  }

  @Override
  public void seek(TopicPartition partition, OffsetAndMetadata offset) {
    delivered.remove(partition);
    super.seek(partition, offset);
  }
}
