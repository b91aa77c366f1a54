package io.millrace.local.replay;

import io.millrace.local.replay.files.Event;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.messaging.clients.KafkaClients;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAccumulator;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** Appends events and watermarks to the topics of the streams, each once and in order. */
final class EventLog implements AutoCloseable {
  /** A broker that was killed, or whose disk is full, is waited for. */
  private static final int PATIENCE_MS = (int) Duration.ofMinutes(30).toMillis();

  private final List<StreamTopic> topics;
  private final Producer<byte[], byte[]> producer;
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final LongAccumulator firstAppend = new LongAccumulator(Math::min, Long.MAX_VALUE);

  /** Topics in the order of the events' stream numbers. */
  EventLog(KafkaClients kafka, List<StreamTopic> topics) {
    this.topics = topics;
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "millrace-replay");
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 20);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 * 1024);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE_MS);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, PATIENCE_MS);
    this.producer = kafka.producer(settings);
  }

  /**
   * Hands an event on; it is acknowledged by the next {@link #flush}.
   *
   * @throws CommandFailedException when an earlier one could not be appended
   */
  void append(Event event) {
    requireNoFailure();
    producer.send(
        topics.get(event.stream()).record(event),
        (metadata, error) -> acknowledged(metadata, error, true));
  }

  /** Tells every partition of every topic that all events up to this time have been appended. */
  void watermark(long micros) {
    requireNoFailure();
    for (StreamTopic topic : topics) {
      int partitions = producer.partitionsFor(topic.name()).size();
      for (int partition = 0; partition < partitions; partition++) {
        producer.send(
            topic.watermark(partition, micros),
            (metadata, error) -> acknowledged(metadata, error, false));
      }
    }
  }

  /** Returns once everything is acknowledged. */
  void flush() {
    producer.flush();
    requireNoFailure();
  }

  /** When the broker appended the first event, milliseconds since the epoch. */
  long firstAppendMillis() {
    return firstAppend.get();
  }

  private void acknowledged(RecordMetadata metadata, @Nullable Exception error, boolean isEvent) {
    if (error != null) {
      failure.compareAndSet(null, error);
    } else if (isEvent) {
      firstAppend.accumulate(metadata.timestamp());
    }
  }

  private void requireNoFailure() {
    Exception error = failure.get();
    if (error != null) {
      throw new CommandFailedException(
          "the broker did not take an event: "
              + error.getMessage()
              + "; replay again, what is there already counts as a duplicate",
          error);
    }
  }

  @Override
  public void close() {
    producer.close();
  }
}
