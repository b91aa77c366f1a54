package io.millrace.local.demo;

import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.registry.SchemaCache;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Tells, on a thread of its own, what comes on the control topics that a story is made of. */
final class ControlFeed implements AutoCloseable {
  private static final List<ControlTopic<? extends SpecificRecord>> TOPICS =
      List.of(ControlTopic.RUNS, ControlTopic.MODELS, ControlTopic.METRICS, ControlTopic.ALERTS);
  private static final Duration POLL = Duration.ofMillis(200);

  private final org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer;
  private final Map<String, ControlReader<? extends SpecificRecord>> readers;
  private final Consumer<SpecificRecord> told;
  private final Thread thread;
  private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
  private volatile boolean closed;

  ControlFeed(KafkaClients kafka, SchemaCache schemas, Consumer<SpecificRecord> told) {
    this.told = told;
    this.readers =
        TOPICS.stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    ControlTopic::name, topic -> new ControlReader<>(topic, schemas)));
    this.consumer = kafka.reader(Map.of());
    List<TopicPartition> partitions = new ArrayList<>();
    for (ControlTopic<? extends SpecificRecord> topic : TOPICS) {
      consumer
          .partitionsFor(topic.name())
          .forEach(info -> partitions.add(new TopicPartition(topic.name(), info.partition())));
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    this.thread = Thread.ofPlatform().daemon().name("control-feed").start(this::run);
  }

  private void run() {
    try {
      while (!closed) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          Objects.requireNonNull(readers.get(record.topic())).read(record).ifPresent(told);
        }
      }
    } catch (RuntimeException e) {
      failure.set(e);
    } finally {
      consumer.close();
    }
  }

  /** Why it tells no more, if so. */
  void requireAlive() {
    RuntimeException cause = failure.get();
    if (cause != null) {
      throw new IllegalStateException("the control topics cannot be read", cause);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
