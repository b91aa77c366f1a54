package io.millrace.messaging.topics;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/**
 * Brings the partitions of a topic together in the order of their records' times: what belongs
 * together stands in two of them once the topic has got more. A record waits until each other
 * partition of its topic has one too, or is read to its end. Not safe for several threads.
 */
public final class TimeOrder {
  private record Waiting(TopicPartition partition, Queue<ConsumerRecord<byte[], byte[]>> records) {
    private long time() {
      return records.element().timestamp();
    }
  }

  private final Map<TopicPartition, Queue<ConsumerRecord<byte[], byte[]>>> waiting =
      new HashMap<>();

  /**
   * Hands on what can be; reads no further where something waits.
   *
   * @param hasMore whether there is more to be polled of a partition
   * @param each takes the records; one that it throws at is the first to come again
   */
  public void handOn(
      Consumer<byte[], byte[]> consumer,
      ConsumerRecords<byte[], byte[]> polled,
      Predicate<TopicPartition> hasMore,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      waiting
          .computeIfAbsent(
              new TopicPartition(record.topic(), record.partition()), p -> new ArrayDeque<>())
          .add(record);
    }
    Set<TopicPartition> behind =
        consumer.assignment().stream().filter(hasMore).collect(Collectors.toSet());
    waiting.keySet().stream()
        .map(TopicPartition::topic)
        .distinct()
        .toList()
        .forEach(topic -> handOn(topic, behind, each));
    consumer.resume(consumer.paused());
    consumer.pause(waiting.keySet());
  }

  private void handOn(
      String topic,
      Set<TopicPartition> behind,
      java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
    PriorityQueue<Waiting> next = new PriorityQueue<>(Comparator.comparingLong(Waiting::time));
    waiting.forEach(
        (partition, records) -> {
          if (partition.topic().equals(topic)) {
            next.add(new Waiting(partition, records));
          }
        });
    boolean isHeldUp =
        behind.stream().anyMatch(p -> p.topic().equals(topic) && !waiting.containsKey(p));
    while (!isHeldUp && !next.isEmpty()) {
      Waiting first = next.remove();
      each.accept(first.records().element());
      first.records().remove();
      if (first.records().isEmpty()) {
        waiting.remove(first.partition());
        isHeldUp = behind.contains(first.partition());
      } else {
        next.add(first);
      }
    }
  }

  /** Whether records of a partition wait for others. */
  public boolean isWaiting(TopicPartition partition) {
    return waiting.containsKey(partition);
  }

  /** Forgets what waits: it is read anew. */
  public void clear() {
    waiting.clear();
  }
}
