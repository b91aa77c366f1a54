package io.millrace.serving.stream;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** How far a consumer has come: what it has committed, and what that has counted. */
final class Progress implements ConsumerRebalanceListener {
  private static final Duration CATCH_UP = Duration.ofSeconds(1);

  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> committed = new HashMap<>();
  private final Map<TopicPartition, StreamCounts> counts = new ConcurrentHashMap<>();
  private Instant caughtUpAt = Instant.MIN;

  Progress(Consumer<byte[], byte[]> consumer) {
    this.consumer = consumer;
  }

  /** Of the partitions that are read here. */
  StreamCounts counts() {
    return counts.values().stream().reduce(StreamCounts.NONE, StreamCounts::plus);
  }

  /** Goes back to what is committed, once earlier transactions have ended. */
  void rewind() {
    Set<TopicPartition> assigned = consumer.assignment();
    onPartitionsAssigned(assigned);
    assigned.forEach(partition -> consumer.seek(partition, committed.getOrDefault(partition, 0L)));
  }

  /** Reads it again, and nothing else for a moment: there is no model yet. */
  void putBack(ConsumerRecords<byte[], byte[]> polled, Duration pause) {
    for (TopicPartition partition : polled.partitions()) {
      consumer.seek(partition, polled.records(partition).getFirst().offset());
    }
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Predictions, watermarks and the offsets of what they were made of in one transaction. On an
   * exception its outcome is unknown until the transactional id is initialised again.
   *
   * @param polled what the outputs were made of: vectors, and watermarks, which have no value
   * @param each what a record that has a value adds to its partition's counts
   */
  void commit(
      Producer<byte[], byte[]> producer,
      List<ProducerRecord<byte[], byte[]>> outputs,
      ConsumerRecords<byte[], byte[]> polled,
      Function<ConsumerRecord<byte[], byte[]>, StreamCounts> each) {
    Map<TopicPartition, StreamCounts> next = new HashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      TopicPartition partition = new TopicPartition(record.topic(), record.partition());
      StreamCounts before = next.getOrDefault(partition, known(partition));
      next.put(partition, record.value() == null ? before : before.plus(each.apply(record)));
    }
    commit(producer, outputs, next);
  }

  /** Moves committed offsets over transaction markers, now and then. */
  void catchUp(Producer<byte[], byte[]> producer, Instant now) {
    if (now.isBefore(caughtUpAt.plus(CATCH_UP))) {
      return;
    }
    caughtUpAt = now;
    Map<TopicPartition, StreamCounts> behind = new HashMap<>();
    committed.forEach(
        (partition, offset) -> {
          if (consumer.position(partition) > offset) {
            behind.put(partition, known(partition));
          }
        });
    if (!behind.isEmpty()) {
      commit(producer, List.of(), behind);
    }
  }

  private void commit(
      Producer<byte[], byte[]> producer,
      List<ProducerRecord<byte[], byte[]>> outputs,
      Map<TopicPartition, StreamCounts> next) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    next.forEach(
        (partition, count) ->
            offsets.put(
                partition, new OffsetAndMetadata(consumer.position(partition), count.toString())));
    producer.beginTransaction();
    outputs.forEach(producer::send);
    producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
    producer.commitTransaction();
    offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
    counts.putAll(next);
  }

  private StreamCounts known(TopicPartition partition) {
    return counts.getOrDefault(partition, StreamCounts.NONE);
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    consumer
        .committed(Set.copyOf(partitions))
        .forEach(
            (partition, offset) -> {
              committed.put(partition, offset == null ? 0L : offset.offset());
              counts.put(
                  partition,
                  offset == null ? StreamCounts.NONE : StreamCounts.parse(offset.metadata()));
            });
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    committed.keySet().removeAll(partitions);
    counts.keySet().removeAll(partitions);
  }
}
