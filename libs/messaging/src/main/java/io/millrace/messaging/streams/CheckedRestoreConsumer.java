package io.millrace.messaging.streams;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Restores nothing that is no state of its store. */
final class CheckedRestoreConsumer extends KafkaConsumer<byte[], byte[]> {
  private final Map<String, StateChecks.Check> checks;

  CheckedRestoreConsumer(Map<String, Object> config, Map<String, StateChecks.Check> checks) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.checks = checks;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    ConsumerRecords<byte[], byte[]> records = super.poll(timeout);
    for (TopicPartition partition : records.partitions()) {
      StateChecks.Check check = checks.get(partition.topic());
      if (check != null) {
        for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
          StateChecks.check(check, record);
        }
      }
    }
    return records;
  }
}
