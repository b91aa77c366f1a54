package io.millrace.messaging.consumers;

import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import io.millrace.messaging.topics.TimeOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Follows topics without a group, from their beginning, each in the order of time; partitions that
 * a topic gets later are followed too. After a failure it goes on with the record that failed.
 * Whoever asks is told once the end has been reached that there was when he asked.
 */
public class Follower implements ConsumerLoop.Handler {
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  /** What is done with a record. */
  public interface Taker {
    void take(ConsumerRecord<byte[], byte[]> record);
  }

  private record Goal(Map<TopicPartition, Long> ends, CompletableFuture<Void> reached) {}

  private final Collection<String> topics;
  private final Taker each;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final ConcurrentLinkedQueue<CompletableFuture<Void>> asked =
      new ConcurrentLinkedQueue<>();
  private final List<Goal> goals = new ArrayList<>();
  private final TimeOrder order = new TimeOrder();
  private @Nullable Consumer<byte[], byte[]> consumer;

  /**
   * @param each takes every record; one that it throws at comes again
   */
  public Follower(Collection<String> topics, Taker each) {
    this.topics = List.copyOf(topics);
    this.each = each;
  }

  /**
   * A loop that follows. It serves all pipelines, so that no alert of one tells of it: readiness
   * does.
   */
  public ConsumerLoop loop(String name, KafkaClients kafka) {
    return new ConsumerLoop(
        name,
        () -> kafka.reader(Map.of()),
        this,
        new ConsumerLoop.Watch(
            ConsumerLoop.Alerts.NONE,
            Backoff.UP_TO_A_MINUTE,
            new Backoff(Duration.ofMillis(500), LONGEST_WAIT)));
  }

  /**
   * Done once all that is committed now has been taken, but for what stands in partitions that are
   * younger than a few seconds.
   */
  public CompletableFuture<Void> whenCaughtUp() {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    asked.add(reached);
    return reached;
  }

  @Override
  public void begin(Consumer<byte[], byte[]> current) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      List<TopicPartition> found = partitions(current, topic);
      if (found.isEmpty()) {
        throw new UnknownTopicOrPartitionException("there is no topic " + topic + " yet");
      }
      partitions.addAll(found);
    }
    follow(current, partitions);
    consumer = current;
  }

  /** By what the consumer knows, which asks the broker about them every few seconds. */
  private static List<TopicPartition> partitions(Consumer<byte[], byte[]> current, String topic) {
    return current.partitionsFor(topic).stream()
        .map(info -> new TopicPartition(topic, info.partition()))
        .toList();
  }

  private void follow(Consumer<byte[], byte[]> current, List<TopicPartition> partitions) {
    current.assign(partitions);
    for (TopicPartition partition : partitions) {
      current.seek(partition, positions.getOrDefault(partition, 0L));
    }
    current.resume(partitions);
    order.clear();
    goals.forEach(goal -> asked.add(goal.reached())); // the ends of all partitions count
    goals.clear();
  }

  @Override
  public void handle(ConsumerRecords<byte[], byte[]> records) {
    Consumer<byte[], byte[]> current = Objects.requireNonNull(consumer);
    order.handOn(
        current, records, partition -> current.currentLag(partition).orElse(1) > 0, this::take);
    followNew(current);
    for (CompletableFuture<Void> next = asked.peek(); next != null; next = asked.peek()) {
      goals.add(new Goal(current.endOffsets(current.assignment()), next));
      asked.remove(next);
    }
    goals.removeIf(
        goal -> {
          boolean reached =
              goal.ends().entrySet().stream()
                  .allMatch(end -> isTaken(current, end.getKey(), end.getValue()));
          if (reached) {
            goal.reached().complete(null);
          }
          return reached;
        });
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    try {
      each.take(record);
    } catch (RuntimeException e) {
      throw new RecordFailedException(
          new Place(record.topic(), record.partition(), record.offset()), e);
    }
    positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
  }

  /** A topic that is gone is the loop's to tell. */
  private void followNew(Consumer<byte[], byte[]> current) {
    List<TopicPartition> found =
        topics.stream().flatMap(topic -> partitions(current, topic).stream()).toList();
    if (found.size() > current.assignment().size()) {
      follow(current, found);
    }
  }

  private boolean isTaken(Consumer<byte[], byte[]> current, TopicPartition partition, long end) {
    return current.position(partition) >= end && !order.isWaiting(partition);
  }

  @Override
  public void isGone(String topic) {
    positions.keySet().removeIf(partition -> partition.topic().equals(topic));
  }

  @Override
  public long done(Consumer<byte[], byte[]> current, TopicPartition partition) {
    return positions.getOrDefault(partition, 0L);
  }
}
