package io.millrace.validator.topology;

import io.millrace.messaging.streams.PartitionLag;
import io.millrace.validator.clocks.Signal;
import io.millrace.validator.clocks.SourceClock;
import java.util.OptionalLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/** One partition of one stream, as one task reads it. */
final class Source {
  private static final long NOTHING_READ = -1;

  private final Input input;
  private final TopicPartition partition;
  private final EventReader reader;
  private final WaitingRecords waiting;
  private final SourceClock clock = new SourceClock();
  private long lastOffset = NOTHING_READ;

  Source(Input input, int partition, EventReader reader, WaitingRecords waiting) {
    this.input = input;
    this.partition = new TopicPartition(input.topic(), partition);
    this.reader = reader;
    this.waiting = waiting;
    if (!waiting.isEmpty()) {
      clock.hold(); // a new clock is not idle, and has nothing to tell
    }
  }

  /**
   * A record was read.
   *
   * @param timestamp of the record; a user's own topic may not be stamped by arrival
   * @return what the clock says before all else of the record
   */
  Signal read(long offset, long timestamp) {
    lastOffset = offset;
    return clock.record(
        input.stream().topic().isEmpty() ? OptionalLong.of(timestamp) : OptionalLong.empty());
  }

  /**
   * Whether a record with this key stands where Kafka's own partitioner puts it, by the partitions
   * that the topic had when this application started. One without a key may stand anywhere.
   */
  boolean isPlaced(byte @Nullable [] key) {
    return isPlaced(key, partition.partition(), input.sources());
  }

  static boolean isPlaced(byte @Nullable [] key, int partition, int partitions) {
    return key == null || Utils.toPositive(Utils.murmur2(key)) % partitions == partition;
  }

  /**
   * The position, if nothing is left to read, neither at the broker nor in the thread's buffers.
   */
  OptionalLong drainedAt(PartitionLag lag) {
    return lag.lag(partition).orElse(1) == 0
            && lag.delivered(partition).orElse(NOTHING_READ) <= lastOffset
        ? lag.position(partition)
        : OptionalLong.empty();
  }

  Input input() {
    return input;
  }

  int partition() {
    return partition.partition();
  }

  EventReader reader() {
    return reader;
  }

  WaitingRecords waiting() {
    return waiting;
  }

  SourceClock clock() {
    return clock;
  }
}
