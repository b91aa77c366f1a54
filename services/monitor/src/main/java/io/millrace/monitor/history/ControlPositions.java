package io.millrace.monitor.history;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * How far the control topics have been read: another consumer goes on where one broke off, and
 * whoever asks is told once the end has been reached that there was when he asked.
 */
final class ControlPositions {
  private static final Duration POLL = Duration.ofMillis(100);

  private record Goal(Map<TopicPartition, Long> ends, CompletableFuture<Void> reached) {}

  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final ConcurrentLinkedQueue<CompletableFuture<Void>> asked =
      new ConcurrentLinkedQueue<>();
  private final List<Goal> goals = new ArrayList<>();

  /** Done once all that is committed now has been taken. */
  CompletableFuture<Void> end() {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    asked.add(reached);
    return reached;
  }

  void assign(Consumer<byte[], byte[]> consumer, Collection<String> topics) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic : topics) {
      List<TopicPartition> found =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      if (found.isEmpty()) {
        throw new UnknownTopicOrPartitionException("there is no topic " + topic + " yet");
      }
      partitions.addAll(found);
    }
    consumer.assign(partitions);
    for (TopicPartition partition : partitions) {
      consumer.seek(partition, positions.getOrDefault(partition, 0L));
    }
  }

  /** Takes what there is; a record that {@code each} throws at comes again. */
  void poll(
      Consumer<byte[], byte[]> consumer,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
    for (CompletableFuture<Void> next = asked.peek(); next != null; next = asked.peek()) {
      goals.add(new Goal(consumer.endOffsets(consumer.assignment()), next));
      asked.remove(next);
    }
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      each.accept(record);
      positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
    }
    goals.removeIf(
        goal -> {
          boolean reached =
              goal.ends().entrySet().stream()
                  .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
          if (reached) {
            goal.reached().complete(null);
          }
          return reached;
        });
  }
}
