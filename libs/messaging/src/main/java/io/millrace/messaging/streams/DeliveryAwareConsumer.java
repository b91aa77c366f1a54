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
 */
final class DeliveryAwareConsumer extends KafkaConsumer<byte[], byte[]> {
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
    ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
    delivered.keySet().retainAll(assignment());
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<byte[], byte[]>> batch = records.records(partition);
      delivered.put(partition, batch.getLast().offset());
    }
    return faults.sift(records, assignment());
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
