package io.millrace.transformer.parts;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.topics.SkippedRecords;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Moves rows from their topic into parts. The consumer is kept over failures: a new one under the
 * same instance name would take the partitions from a successor, so that a zombie could never be
 * told from the process that replaced it.
 */
final class PartPump implements ConsumerRebalanceListener, AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final String topic;
  private final Consumer<byte[], byte[]> consumer;
  private final RowBuffers buffers;
  private final PartFiles files;
  private final PartMetrics metrics;
  private final BooleanSupplier cutNow;
  private final Clock clock;
  private final Map<TopicPartition, Long> committed = new HashMap<>();

  /**
   * @param cutNow whether somebody waits for the rows that are in no part yet
   */
  PartPump(
      String topic,
      Consumer<byte[], byte[]> consumer,
      RowBuffers buffers,
      PartFiles files,
      PartMetrics metrics,
      BooleanSupplier cutNow,
      Clock clock) {
    this.topic = topic;
    this.consumer = consumer;
    this.buffers = buffers;
    this.files = files;
    this.metrics = metrics;
    this.cutNow = cutNow;
    this.clock = clock;
  }

  /** Forgets what is in no part yet and reads it again, once earlier transactions have ended. */
  void rewind() {
    if (consumer.subscription().isEmpty()) {
      consumer.subscribe(List.of(topic), this);
    }
    Set<TopicPartition> assigned = consumer.assignment();
    onPartitionsRevoked(assigned);
    consumer
        .committed(assigned)
        .forEach(
            (partition, offset) -> {
              if (offset == null) {
                consumer.seekToBeginning(List.of(partition));
              } else {
                consumer.seek(partition, offset);
                committed.put(partition, offset.offset());
              }
            });
  }

  /** Reads what has come and writes the parts that are due. */
  void step(Announcer announcer) throws IOException {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      if (record.value() == null) {
        if (!isWatermark(record)) {
          SkippedRecords.skip(
              topic,
              record.partition(),
              record.offset(),
              ErrorCode.NO_VALUE,
              "neither a value nor a watermark");
        }
        continue;
      }
      buffers.add(record.partition(), record.offset(), record.value(), clock.instant());
    }
    Instant now = clock.instant();
    boolean awaited = cutNow.getAsBoolean();
    List<RowBatch> due =
        awaited ? buffers.cutAll(this::position) : buffers.cut(now, this::position);
    while (!due.isEmpty()) {
      write(due, announcer);
      due = buffers.cut(now, this::position);
    }
    if (awaited || buffers.idle(now)) {
      catchUp(announcer);
    }
  }

  private void write(List<RowBatch> due, Announcer announcer) throws IOException {
    List<PartWritten> parts = new ArrayList<>();
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (RowBatch batch : due) {
      long start = System.nanoTime();
      files.write(batch).ifPresent(parts::add);
      metrics.write().record(Duration.ofNanos(System.nanoTime() - start));
      offsets.put(new TopicPartition(topic, batch.partition()), batch.nextOffset());
    }
    commit(announcer, parts, offsets);
    metrics.committed(parts);
  }

  /** Moves committed offsets over the transaction markers behind the last row. */
  private void catchUp(Announcer announcer) {
    Map<TopicPartition, Long> behind = new HashMap<>();
    committed.forEach(
        (partition, offset) -> {
          long position = consumer.position(partition);
          if (position > offset && buffers.isEmpty(partition.partition())) {
            behind.put(partition, position);
          }
        });
    if (!behind.isEmpty()) {
      commit(announcer, List.of(), behind);
    }
  }

  private void commit(
      Announcer announcer, List<PartWritten> parts, Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    offsets.forEach((partition, offset) -> positions.put(partition, new OffsetAndMetadata(offset)));
    announcer.announce(parts, positions, consumer.groupMetadata());
    committed.putAll(offsets);
  }

  private long position(int partition) {
    return consumer.position(new TopicPartition(topic, partition));
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {}

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    buffers.drop(partitions.stream().map(TopicPartition::partition).toList());
    committed.keySet().removeAll(partitions);
  }

  void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
  }

  private static boolean isWatermark(ConsumerRecord<byte[], byte[]> record) {
    return record.headers().lastHeader(MillraceHeaders.WATERMARK) != null;
  }
}
