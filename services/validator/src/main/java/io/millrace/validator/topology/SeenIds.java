package io.millrace.validator.topology;

import io.millrace.validator.counts.Counter;
import io.millrace.validator.counts.Tally;
import io.millrace.validator.duplicates.Arrival;
import io.millrace.validator.duplicates.ContentHash;
import io.millrace.validator.duplicates.Duplicates;
import io.millrace.validator.duplicates.Seen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** The ids of one task that are remembered, and the slow walk over them that forgets. */
final class SeenIds {
  /** How often a slice is looked at. */
  static final Duration SCAN_INTERVAL = Duration.ofSeconds(1);

  /** Entries looked at in one go: a store of ten million is walked through in under three hours. */
  private static final int SLICE = 1000;

  private static final byte[] BEGINNING = new byte[0];

  private final KeyValueStore<byte[], byte[]> store;
  private final Tally tally;
  private byte[] next = BEGINNING;

  SeenIds(KeyValueStore<byte[], byte[]> store, Tally tally) {
    this.store = store;
    this.tally = tally;
  }

  /** Judges an arrival and remembers it. */
  Arrival arrive(int stream, byte[] id, ContentHash hash, boolean valid, long nowMillis) {
    byte[] key = new byte[1 + id.length];
    key[0] = (byte) stream;
    System.arraycopy(id, 0, key, 1, id.length);
    byte @Nullable [] stored = store.get(key);
    Arrival arrival =
        Duplicates.judge(stored == null ? null : Seen.fromBytes(stored), hash, valid, nowMillis);
    switch (arrival) {
      case Arrival.Repeat repeat -> {}
      case Arrival.Fresh fresh -> {
        store.put(key, fresh.remembered().toBytes());
        if (stored == null) {
          tally.change(Counter.REMEMBERED_IDS, 1);
        }
      }
      case Arrival.Conflict conflict -> store.put(key, conflict.remembered().toBytes());
    }
    return arrival;
  }

  /** Looks at the next slice, and drops what arrived too long ago. */
  void forgetSome(long nowMillis) {
    List<byte[]> forgotten = new ArrayList<>();
    int looked = 0;
    try (KeyValueIterator<byte[], byte[]> rest = store.range(next, null)) {
      while (rest.hasNext() && looked < SLICE) {
        KeyValue<byte[], byte[]> entry = rest.next();
        if (Duplicates.isForgotten(Seen.arrivalMillis(entry.value), nowMillis)) {
          forgotten.add(entry.key);
        }
        looked++;
      }
      next = rest.hasNext() ? rest.peekNextKey() : BEGINNING;
    }
    forgotten.forEach(store::delete);
    if (!forgotten.isEmpty()) {
      tally.change(Counter.REMEMBERED_IDS, -forgotten.size());
    }
  }
}
