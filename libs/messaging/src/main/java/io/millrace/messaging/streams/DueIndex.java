package io.millrace.messaging.streams;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;

/**
 * The keys of a store in the order of a time at which something is due of them, so that nobody
 * looks through the store for it. It only repeats what the store knows: it is built anew with the
 * task, and has no changelog.
 */
public final class DueIndex {
  private static final byte[] NOTHING = {};

  /** How often all is looked at from the beginning. */
  private static final int FROM_THE_BEGINNING = 60;

  private final KeyValueStore<Bytes, byte[]> store;
  private @Nullable Bytes from;
  private int takes;

  /** One key, and when it is due. */
  public record Due(long time, String key) {}

  /** On the disk: it may be as large as the store whose keys it has. */
  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> onDisk(String name) {
    return builder(Stores.persistentKeyValueStore(name));
  }

  /** In memory: for the few that wait for something that comes soon. */
  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> inMemory(String name) {
    return builder(Stores.inMemoryKeyValueStore(name));
  }

  private static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder(
      KeyValueBytesStoreSupplier supplier) {
    return Stores.keyValueStoreBuilder(supplier, Serdes.Bytes(), Serdes.ByteArray())
        .withLoggingDisabled();
  }

  public DueIndex(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
  }

  /**
   * Forgets all: the disk has what an earlier task left, and a revived task is initialised again.
   */
  public void clear() {
    List<Bytes> before = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      all.forEachRemaining(entry -> before.add(entry.key));
    }
    before.forEach(store::delete);
    from = null;
  }

  public void add(long time, String key) {
    Bytes place = TimeKey.of(time, key);
    store.put(place, NOTHING);
    if (from != null && place.compareTo(from) < 0) {
      from = place;
    }
  }

  public void remove(long time, String key) {
    store.delete(TimeKey.of(time, key));
  }

  /** The time of the earliest one. */
  public OptionalLong earliest() {
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      return all.hasNext() ? OptionalLong.of(TimeKey.time(all.next().key)) : OptionalLong.empty();
    }
  }

  /** All keys. */
  public List<String> keys() {
    List<String> keys = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      all.forEachRemaining(entry -> keys.add(TimeKey.rest(entry.key)));
    }
    return keys;
  }

  /**
   * Takes out the earliest ones. What was taken leaves a trace on the disk, which each look from
   * the beginning passes: most begin where the last one ended, so that one that was added before
   * that, perhaps by another index of the same store, is found a little later.
   *
   * @param before of those that are due at this time or later none
   * @param most a transaction has to end in time
   */
  public List<Due> take(long before, int most) {
    List<Due> taken = new ArrayList<>();
    Bytes to = TimeKey.of(before, "");
    Bytes begin = takes++ % FROM_THE_BEGINNING == 0 ? null : from;
    if (begin != null && begin.compareTo(to) >= 0) {
      return taken;
    }
    try (KeyValueIterator<Bytes, byte[]> all = store.range(begin, to)) {
      while (all.hasNext() && taken.size() < most) {
        Bytes key = all.next().key;
        if (TimeKey.time(key) < before) {
          taken.add(new Due(TimeKey.time(key), TimeKey.rest(key)));
        }
      }
    }
    taken.forEach(due -> remove(due.time(), due.key()));
    from = taken.size() < most ? to : TimeKey.of(taken.getLast().time(), "");
    return taken;
  }
}
