package io.millrace.validator.topology;

import io.millrace.messaging.streams.PartitionLag;
import io.millrace.messaging.watermarks.FarAhead;
import io.millrace.messaging.watermarks.Watermarks;
import io.millrace.validator.clocks.Signal;
import io.millrace.validator.clocks.SourceClock;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** One partition of one stream, as one task reads it. */
final class Source {
  private static final long NOTHING_READ = -1;
  private static final Signal NO_NEWS = new Signal.Nothing();

  private final Input input;
  private final TopicPartition partition;
  private final EventReader reader;
  private final WaitingRecords waiting;
  private final HeldRecords held;
  private final KeyValueStore<Integer, byte[]> clocks;
  private final FarAhead farAhead;
  private final SourceClock clock = new SourceClock();
  private long saved = Watermarks.NONE;
  private long lastOffset = NOTHING_READ;

  /**
   * @param clocks how far event time had come, by stream, for who goes on from there
   */
  Source(
      Input input,
      int partition,
      EventReader reader,
      WaitingRecords waiting,
      HeldRecords held,
      KeyValueStore<Integer, byte[]> clocks) {
    this.input = input;
    this.partition = new TopicPartition(input.topic(), partition);
    this.reader = reader;
    this.waiting = waiting;
    this.held = held;
    this.clocks = clocks;
    this.farAhead =
        new FarAhead(TimeUnit.NANOSECONDS.toMicros(input.stream().maxAhead().toNanos()));
    byte[] before = clocks.get(input.index());
    if (before != null) {
      farAhead.restore(before);
    }
    if (!waiting.isEmpty() || held.hasUpTo(farAhead.time())) {
      clock.hold(); // a new clock is not idle, and has nothing to tell
    }
  }

  /**
   * When a record came, by the wall clock, in milliseconds.
   *
   * @param timestamp of the record; a user's own topic may not be stamped by arrival
   * @param now by this process's clock
   */
  long appended(long timestamp, long now) {
    return input.stream().topic().isEmpty() ? timestamp : now;
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

  HeldRecords held() {
    return held;
  }

  FarAhead farAhead() {
    return farAhead;
  }

  /** Keeps how far event time has come. */
  void save() {
    if (farAhead.time() != saved) {
      saved = farAhead.time();
      clocks.put(input.index(), farAhead.toBytes());
    }
  }

  /** An event is refused, as nobody has come as far. */
  void refused(String id, long micros) {
    farAhead.refused(id, micros);
    clocks.put(input.index(), farAhead.toBytes());
  }

  /**
   * No time is told before the events up to it that are held, and believed now.
   *
   * @return what to tell before the event or the watermark that is of this time
   */
  Signal holdBehind(long micros) {
    return held.hasUpTo(micros) ? clock.hold() : NO_NEWS;
  }

  /**
   * An event that is believed.
   *
   * @param appended when it came, by the wall clock
   * @return what to tell before the event itself
   */
  Signal event(long micros, long appended) {
    farAhead.event(micros, appended);
    return clock.event(micros);
  }

  /** Goes on telling times when nothing waits any more. */
  void goOn() {
    if (waiting.isEmpty() && !held.hasUpTo(farAhead.time())) {
      clock.release();
    }
  }

  SourceClock clock() {
    return clock;
  }
}
