package io.millrace.transformer.stream;

import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.transformer.stream.EventJoinProcessor.Source;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads a pipeline's topics of examples and labels as they are committed. */
final class TopicHistory implements History {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final KafkaClients kafka;
  private final String pipeline;
  private final String group;

  /**
   * @param group that the task belongs to
   */
  TopicHistory(KafkaClients kafka, String pipeline, String group) {
    this.kafka = kafka;
    this.pipeline = pipeline;
    this.group = group;
  }

  @Override
  public Place committed(int partition) {
    try (Consumer<byte[], byte[]> consumer =
        kafka.reader(Map.of(ConsumerConfig.GROUP_ID_CONFIG, group))) {
      TopicPartition examples = partition(Source.EXAMPLES, partition);
      TopicPartition labels = partition(Source.LABELS, partition);
      Map<TopicPartition, OffsetAndMetadata> all = consumer.committed(Set.of(examples, labels));
      return new Place(offset(all.get(examples)), offset(all.get(labels)));
    }
  }

  private static long offset(@org.jspecify.annotations.Nullable OffsetAndMetadata committed) {
    return committed == null ? 0 : committed.offset();
  }

  private TopicPartition partition(Source source, int partition) {
    DataTopic topic = source == Source.EXAMPLES ? DataTopic.EXAMPLES : DataTopic.LABELS;
    return new TopicPartition(topic.of(pipeline), partition);
  }

  @Override
  public void read(int partition, Place end, Reader reader) throws InterruptedException {
    try (Consumer<byte[], byte[]> consumer = kafka.reader(Map.of())) {
      Side examples = new Side(Source.EXAMPLES, partition(Source.EXAMPLES, partition), end);
      Side labels = new Side(Source.LABELS, partition(Source.LABELS, partition), end);
      consumer.assign(List.of(examples.partition, labels.partition));
      consumer.seekToBeginning(consumer.assignment());
      reader.begin(
          new Place(consumer.position(examples.partition), consumer.position(labels.partition)));
      long last = System.nanoTime();
      while (true) {
        Optional<Side> behind = handOn(consumer, examples, labels, reader);
        if (behind.isEmpty()) {
          return;
        }
        if (behind.get().poll(consumer)) {
          last = System.nanoTime();
        } else if (System.nanoTime() - last > PATIENCE.toNanos()) {
          throw new TimeoutException(
              "nothing came for %s before the end of %s"
                  .formatted(PATIENCE, behind.get().partition));
        }
      }
    }
  }

  /** One of the two topics. */
  private static final class Side {
    private final Source source;
    private final TopicPartition partition;
    private final long end;
    private final Queue<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();

    Side(Source source, TopicPartition partition, Place end) {
      this.source = source;
      this.partition = partition;
      this.end = end.of(source);
    }

    boolean isBehind(Consumer<byte[], byte[]> consumer) {
      return waiting.isEmpty() && consumer.position(partition) < end;
    }

    /** Of this one alone: what waits of the other does not grow meanwhile. */
    boolean poll(Consumer<byte[], byte[]> consumer) {
      consumer.pause(consumer.assignment());
      consumer.resume(List.of(partition));
      ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
      for (ConsumerRecord<byte[], byte[]> record : polled.records(partition)) {
        if (record.offset() < end) {
          waiting.add(record);
        }
      }
      return !polled.isEmpty();
    }

    long time() {
      ConsumerRecord<byte[], byte[]> next = waiting.peek();
      return next == null ? Long.MAX_VALUE : next.timestamp();
    }
  }

  /**
   * Hands on the earlier of the two that wait, as long as it is known which one that is.
   *
   * @return the side whose next record has to be known first; empty at the end of both
   */
  private static Optional<Side> handOn(
      Consumer<byte[], byte[]> consumer, Side examples, Side labels, Reader reader)
      throws InterruptedException {
    while (true) {
      for (Side side : List.of(examples, labels)) {
        if (side.isBehind(consumer)) {
          return Optional.of(side);
        }
      }
      Side next = labels.time() < examples.time() ? labels : examples;
      ConsumerRecord<byte[], byte[]> record = next.waiting.poll();
      if (record == null) {
        return Optional.empty();
      }
      reader.take(next.source, record);
    }
  }
}
