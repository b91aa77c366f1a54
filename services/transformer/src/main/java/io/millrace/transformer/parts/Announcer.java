package io.millrace.transformer.parts;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.parts.PartKey;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.serde.RecordEncoder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Announces parts and commits the offsets of their rows, both or neither. */
final class Announcer implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final Producer<byte[], byte[]> producer;
  private final RecordEncoder encoder;
  private final CloudEvents envelope;
  private final Clock clock;

  Announcer(
      Producer<byte[], byte[]> producer, RecordEncoder encoder, String pipeline, Clock clock) {
    this.producer = producer;
    this.encoder = encoder;
    this.envelope = new CloudEvents("/millrace/transformer/" + pipeline, "millrace.PartWritten");
    this.clock = clock;
  }

  /** Ends what an earlier announcer has left open. */
  void begin() {
    producer.initTransactions();
  }

  /**
   * One transaction. On an exception its outcome is unknown until the transactional id is
   * initialised again.
   *
   * @param gone parts that are taken back
   * @param offsets at least one: without any the broker would not look at the membership
   * @param group the membership that owns the partitions: a zombie's is refused by the broker
   */
  void announce(
      List<PartWritten> parts,
      List<PartKey> gone,
      Map<TopicPartition, OffsetAndMetadata> offsets,
      ConsumerGroupMetadata group) {
    producer.beginTransaction();
    parts.forEach(part -> producer.send(record(part)));
    gone.forEach(this::takeBack);
    producer.sendOffsetsToTransaction(offsets, group);
    producer.commitTransaction();
  }

  /** In each partition, as the topic may have had fewer of them when the part was announced. */
  private void takeBack(PartKey part) {
    int partitions = partitions();
    for (int partition = 0; partition < partitions; partition++) {
      producer.send(record(part, partition, null));
    }
  }

  private ProducerRecord<byte[], byte[]> record(PartWritten part) {
    int partition = ControlRecords.partitionOf(part.getPipeline(), partitions());
    return record(PartKey.of(part), partition, encoder.encode(part));
  }

  private int partitions() {
    return producer.partitionsFor(ControlTopic.DATASETS.name()).size();
  }

  private ProducerRecord<byte[], byte[]> record(
      PartKey key, int partition, byte @Nullable [] value) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            ControlTopic.DATASETS.name(), partition, key.text().getBytes(UTF_8), value);
    envelope.set(
        record.headers(), key.text(), ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant()));
    return record;
  }

  /** Without a bound it would wait for Kafka to abort what the next one aborts anyway. */
  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }
}
