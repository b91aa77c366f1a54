package io.millrace.validator.topology;

import io.millrace.messaging.watermarks.FarAhead;
import io.millrace.validator.counts.Counter;
import io.millrace.validator.counts.Tally;
import io.millrace.validator.messages.Held;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The events of one stream's partition that lie far ahead of its clock. */
final class HeldRecords {
  /** How long one is held while there is nothing else to read. */
  static final Duration PATIENCE = Duration.ofMinutes(1);

  /** More are refused at once: their ids are less than {@link FarAhead#IDS}. */
  static final int MOST = 1_000;

  private final int stream;
  private final KeyValueStore<byte[], byte[]> store;
  private final Tally tally;
  private final Counter counter;
  private final Map<Long, Held> byOffset = new TreeMap<>();

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
          });
    }
  }

  boolean isEmpty() {
    return byOffset.isEmpty();
  }

  boolean hasRoom() {
    return byOffset.size() < MOST;
  }

  /** Whether one is of a time up to this. */
  boolean hasUpTo(long micros) {
    return !byOffset.isEmpty()
        && byOffset.values().stream().anyMatch(held -> held.time() <= micros);
  }

  void add(Held held) {
    long offset = held.record().origin().offset();
    store.put(key(offset), held.toBytes());
    byOffset.put(offset, held);
    tally.change(counter, 1);
  }

  void remove(Held held) {
    long offset = held.record().origin().offset();
    store.delete(key(offset));
    byOffset.remove(offset);
    tally.change(counter, -1);
  }

  /**
   * Those that are believed by now, in the order of their time, which the clock has passed then.
   */
  List<Held> believed(FarAhead clock) {
    OptionalLong bound =
        FarAhead.believed(
            byOffset.values().stream().map(held -> Map.entry(held.id(), held.time())).toList());
    List<Held> believed = new ArrayList<>();
    for (Held held : inOrder()) {
      if ((bound.isPresent() && held.time() <= bound.getAsLong())
          || !clock.isFar(held.time(), held.appended())) {
        clock.event(held.time(), held.appended());
        believed.add(held);
      }
    }
    return believed;
  }

  /** Those that have waited long enough, as of a time in milliseconds. */
  List<Held> expired(long now) {
    return inOrder().stream().filter(held -> now - held.since() >= PATIENCE.toMillis()).toList();
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
