package io.millrace.transformer.stream;

import io.millrace.transformer.stream.Pending.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Examples that are not yet vectors, in the order of their time. The store only repeats what is
 * pending, so it is built anew with the task and has no changelog.
 */
final class Gathering {
  private static final byte[] NOTHING = {};

  private final KeyValueStore<Bytes, byte[]> store;

  Gathering(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  void rebuild(KeyValueStore<String, byte[]> allPending) {
    List<Bytes> before = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      all.forEachRemaining(entry -> before.add(entry.key));
    }
    before.forEach(store::delete); // a revived task is initialised again
    try (KeyValueIterator<String, byte[]> all = allPending.all()) {
      while (all.hasNext()) {
        KeyValue<String, byte[]> entry = all.next();
        Pending pending = Pending.fromBytes(entry.value);
        if (pending.phase() == Phase.GATHERING) {
          add(pending.exampleTime(), entry.key);
        }
      }
    }
  }

  void add(long time, String id) {
    store.put(TimeKey.of(time, id), NOTHING);
  }

  void remove(long time, String id) {
    store.delete(TimeKey.of(time, id));
  }

  /** The time of the earliest one, micros. */
  OptionalLong earliest() {
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      return all.hasNext() ? OptionalLong.of(TimeKey.time(all.next().key)) : OptionalLong.empty();
    }
  }
}
