package io.millrace.messaging.topics;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads partitions from their beginnings up to given offsets, all in one order of arrival, which is
 * the same each time: of records of the same time that of the first partition comes first.
 */
public final class PartitionsReader {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Takes the records of one partition after another, as they come. */
  public interface Sink {
    /** The first offsets that are kept, known before the first record. */
    void begin(Map<TopicPartition, Long> first);

    /** The next one; may wait until there is room. */
    void take(ConsumerRecord<byte[], byte[]> record) throws InterruptedException;
  }

  private PartitionsReader() {}

  /**
   * @param consumer which nobody else uses
   * @param partitions the first one is first among equals
   * @param ends the offsets before which to stop, by partition
   * @throws TimeoutException when nothing comes for a minute before an end
   */
  public static void read(
      Consumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      Map<TopicPartition, Long> ends,
      Sink sink)
      throws InterruptedException {
    List<Side> sides = partitions.stream().map(p -> new Side(p, ends.getOrDefault(p, 0L))).toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    sink.begin(partitions.stream().collect(Collectors.toMap(p -> p, p -> consumer.position(p))));
    long last = System.nanoTime();
    while (true) {
      Optional<Side> behind = handOn(consumer, sides, sink);
      if (behind.isEmpty()) {
        return;
      }
      if (behind.get().poll(consumer)) {
        last = System.nanoTime();
      } else if (System.nanoTime() - last > PATIENCE.toNanos()) {
        throw new TimeoutException(
            "nothing came for %s before the end of %s".formatted(PATIENCE, behind.get().partition));
      }
    }
  }

  /**
   * Hands on the earliest of those that wait, as long as it is known which one that is.
   *
   * @return the side whose next record has to be known first; empty at the end of all
   */
  private static Optional<Side> handOn(
      Consumer<byte[], byte[]> consumer, List<Side> sides, Sink sink) throws InterruptedException {
    while (true) {
      for (Side side : sides) {
        if (side.isBehind(consumer)) {
          return Optional.of(side);
        }
      }
      ConsumerRecord<byte[], byte[]> record =
          sides.stream().min(Comparator.comparingLong(Side::time)).orElseThrow().waiting.poll();
      if (record == null) {
        return Optional.empty();
      }
      sink.take(record);
    }
  }

  /** One of the partitions. */
  private static final class Side {
    private final TopicPartition partition;
    private final long end;
    private final Queue<ConsumerRecord<byte[], byte[]>> waiting = new ArrayDeque<>();

    Side(TopicPartition partition, long end) {
      this.partition = partition;
      this.end = end;
    }

    boolean isBehind(Consumer<byte[], byte[]> consumer) {
      return waiting.isEmpty() && consumer.position(partition) < end;
    }

    /** Of this one alone: what waits of the others does not grow meanwhile. */
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
}
