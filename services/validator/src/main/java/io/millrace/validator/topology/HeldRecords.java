package io.millrace.validator.topology;

import io.millrace.messaging.watermarks.FarAhead;
import io.millrace.validator.counts.Counter;
import io.millrace.validator.counts.Tally;
import io.millrace.validator.messages.Held;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The events of one stream's partition that lie far ahead of its clock. */
final class HeldRecords {
  /** How long one is held while there is nothing else to read. */
  static final Duration PATIENCE = Duration.ofMinutes(1);

  /** More are refused at once: their ids are less than {@link FarAhead#IDS}. */
  static final int MOST = 1_000;

  static final long MOST_BYTES = 16L << 20;

  private final int stream;
  private final KeyValueStore<byte[], byte[]> store;
  private final Tally tally;
  private final Counter counter;
  private final Map<Long, Held> byOffset = new TreeMap<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private long earliest = Long.MAX_VALUE;
  private long lastAppended;
  private long bytes;

  HeldRecords(int stream, KeyValueStore<byte[], byte[]> store, Tally tally, Counter counter) {
    this.stream = stream;
    this.store = store;
    this.tally = tally;
    this.counter = counter;
    try (KeyValueIterator<byte[], byte[]> all = store.range(key(0), key(Long.MAX_VALUE))) {
      all.forEachRemaining(
          entry -> {
            Held held = Held.fromBytes(entry.value);
            byOffset.put(held.record().origin().offset(), held);
            ids.merge(held.id(), 1, Integer::sum);
            lastAppended = Math.max(lastAppended, held.appended());
            bytes += size(held);
          });
    }
    findEarliest();
  }

  boolean isEmpty() {
    return byOffset.isEmpty();
  }

  boolean hasRoom() {
    return byOffset.size() < MOST && bytes < MOST_BYTES;
  }

  /** Whether one is of a time up to this. */
  boolean hasUpTo(long micros) {
    return earliest <= micros;
  }

  void add(Held held) {
    long offset = held.record().origin().offset();
    store.put(key(offset), held.toBytes());
    byOffset.put(offset, held);
    ids.merge(held.id(), 1, Integer::sum);
    earliest = Math.min(earliest, held.time());
    lastAppended = Math.max(lastAppended, held.appended());
    bytes += size(held);
    tally.change(counter, 1);
  }

  void remove(Held held) {
    long offset = held.record().origin().offset();
    store.delete(key(offset));
    byOffset.remove(offset);
    ids.computeIfPresent(held.id(), (id, count) -> count == 1 ? null : count - 1);
    findEarliest();
    bytes -= size(held);
    tally.change(counter, -1);
  }

  /** Whether it is worth asking for {@link #believed}. */
  boolean mayBeBelieved(FarAhead clock) {
    return !byOffset.isEmpty()
        && (ids.size() + clock.refused() >= FarAhead.IDS || !clock.isFar(earliest, lastAppended));
  }

  /**
   * Those that are believed by now, in the order of their time, which the clock has passed then.
   */
  List<Held> believed(FarAhead clock) {
    return clock.believed(inOrder());
  }

  /** Those that have waited long enough, as of a time in milliseconds, and are not believed. */
  List<Held> expired(long now, FarAhead clock) {
    return inOrder().stream()
        .filter(held -> now - held.since() >= PATIENCE.toMillis())
        .filter(held -> clock.isFar(held.time(), held.appended()))
        .toList();
  }

  private void findEarliest() {
    earliest = byOffset.values().stream().mapToLong(Held::time).min().orElse(Long.MAX_VALUE);
  }

  private static long size(Held held) {
    return held.record().value().length;
  }

  private List<Held> inOrder() {
    return byOffset.values().stream()
        .sorted(
            Comparator.comparingLong(Held::time)
                .thenComparingLong(held -> held.record().origin().offset()))
        .toList();
  }

  private byte[] key(long offset) {
    return ByteBuffer.allocate(1 + Long.BYTES).put((byte) stream).putLong(offset).array();
  }
}
