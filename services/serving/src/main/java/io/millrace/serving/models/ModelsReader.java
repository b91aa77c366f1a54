package io.millrace.serving.models;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaCache;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the topic {@code millrace.models} to the repository, from its beginning and for ever, and
 * says when the first pass is over. Not a channel: a channel doesn't know where the end is.
 */
public final class ModelsReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ModelsReader.class);
  private static final String TOPIC = ControlTopic.MODELS.name();
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final KafkaClients kafka;
  private final ControlReader<ModelEvent> models;
  private final ModelRepository repository;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  public ModelsReader(KafkaClients kafka, SchemaCache schemas, ModelRepository repository) {
    this.kafka = kafka;
    this.models = new ControlReader<>(ControlTopic.MODELS, schemas);
    this.repository = repository;
    this.thread = Thread.ofPlatform().daemon().name("models-reader").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private void run() {
    while (closed.getCount() > 0) {
      try (Consumer<byte[], byte[]> consumer = kafka.reader(Map.of())) {
        read(consumer);
      } catch (RuntimeException e) { // whatever it is, no model would ever be swapped again
        LOG.warn("topic={} reading again from its beginning", TOPIC, e);
      }
      if (!pause()) {
        return;
      }
    }
  }

  /** Returns when there is no such topic yet. */
  private void read(Consumer<byte[], byte[]> consumer) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(TOPIC).stream()
            .map(info -> new TopicPartition(TOPIC, info.partition()))
            .toList();
    if (partitions.isEmpty()) {
      return;
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    boolean caughtUp = false;
    while (closed.getCount() > 0) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        accept(record);
      }
      if (!caughtUp
          && ends.entrySet().stream()
              .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
        caughtUp = true;
        repository.caughtUp();
      }
    }
  }

  /** Waits for the schema registry while it is away, so that no entry is passed over. */
  private void accept(ConsumerRecord<byte[], byte[]> record) {
    while (true) {
      try {
        models.read(record, repository::accept);
        return;
      } catch (RegistryUnavailableException e) {
        LOG.warn("waiting for the schema registry: {}", e.getMessage());
        if (!pause()) {
          return;
        }
      }
    }
  }

  private boolean pause() {
    try {
      return !closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** It ends with the present poll. */
  @Override
  public void close() {
    closed.countDown();
  }
}
