package io.millrace.messaging.streams;

import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Restores nothing that is no state of its store. What it meets it tells its application, and
 * restores nothing from then on until it is closed. It does not throw: Kafka Streams' state updater
 * would forget its tasks but not their changelogs, so that the next task ends its thread, and the
 * stream thread, when it shuts down, waits for that thread's answer for ever.
 */
final class CheckedRestoreConsumer extends KafkaConsumer<byte[], byte[]> {
  private final Map<String, StateChecks.Check> checks;
  private final Consumer<RuntimeException> failed;
  private boolean isOver;

  /**
   * @param failed told once, by the thread that restores, why it does not go on
   */
  CheckedRestoreConsumer(
      Map<String, Object> config,
      Map<String, StateChecks.Check> checks,
      Consumer<RuntimeException> failed) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    this.checks = checks;
    this.failed = failed;
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    if (isOver) {
      pause(assignment());
    }
    ConsumerRecords<byte[], byte[]> records = ConsumerRecords.empty();
    try {
      records = super.poll(timeout);
      check(records);
      return records;
    } catch (InvalidOffsetException | InterruptException | WakeupException e) {
      throw e;
    } catch (KafkaException | DamagedStateException e) {
      stayAt(records);
      end(e);
      return ConsumerRecords.empty();
    }
  }

  @Override
  public long position(TopicPartition partition) {
    try {
      return super.position(partition);
    } catch (InvalidOffsetException | InterruptException | WakeupException | RetriableException e) {
      throw e;
    } catch (KafkaException e) {
      end(e);
      return 0; // behind every end but that of an empty changelog
    }
  }

  private void end(RuntimeException why) {
    if (!isOver) {
      isOver = true;
      failed.accept(why);
    }
  }

  /** What was polled is not restored, so no task may seem to be. */
  private void stayAt(ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      seek(partition, records.records(partition).getFirst().offset());
    }
  }

  private void check(ConsumerRecords<byte[], byte[]> records) {
    for (TopicPartition partition : records.partitions()) {
      StateChecks.Check check = checks.get(partition.topic());
      if (check != null) {
        for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
          StateChecks.check(check, record);
        }
      }
    }
  }
}
