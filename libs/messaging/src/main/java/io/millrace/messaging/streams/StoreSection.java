package io.millrace.messaging.streams;

import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a task's store whose keys begin with one letter: a changelog takes a partition of
 * each task, so that all that a task keeps shares one.
 *
 * @param letter which no other section of the store has; ASCII
 */
public record StoreSection<K, V>(char letter, Serde<K> keys, Serde<V> values) {
  private static final String NO_TOPIC = "";

  /** The section as a store of its own; its life is the shared store's. */
  public KeyValueStore<K, V> of(KeyValueStore<Bytes, byte[]> store) {
    return new View<>(this, store);
  }

  /** Its entries, in the order of their keys' bytes. */
  public KeyValueIterator<K, V> all(ReadOnlyKeyValueStore<Bytes, byte[]> store) {
    return range(store, null, null);
  }

  private KeyValueIterator<K, V> range(
      ReadOnlyKeyValueStore<Bytes, byte[]> store, @Nullable K from, @Nullable K to) {
    Bytes first = from == null ? Bytes.wrap(new byte[] {(byte) letter}) : key(from);
    Bytes last = to == null ? Bytes.wrap(new byte[] {(byte) (letter + 1)}) : key(to);
    return new Entries<>(this, store.range(first, last));
  }

  private Bytes key(K key) {
    byte[] bytes = keys.serializer().serialize(NO_TOPIC, key);
    byte[] all = new byte[1 + bytes.length];
    all[0] = (byte) letter;
    System.arraycopy(bytes, 0, all, 1, bytes.length);
    return Bytes.wrap(all);
  }

  private K key(Bytes stored) {
    byte[] all = stored.get();
    return keys.deserializer().deserialize(NO_TOPIC, Arrays.copyOfRange(all, 1, all.length));
  }

  private boolean contains(Bytes stored) {
    return stored.get()[0] == letter;
  }

  private byte @Nullable [] bytes(@Nullable V value) {
    return value == null ? null : values.serializer().serialize(NO_TOPIC, value);
  }

  private @Nullable V value(byte @Nullable [] bytes) {
    return bytes == null ? null : values.deserializer().deserialize(NO_TOPIC, bytes);
  }

  /** The range's last key is inclusive, and may be the first one of the next section. */
  private static final class Entries<K, V> implements KeyValueIterator<K, V> {
    private final StoreSection<K, V> section;
    private final KeyValueIterator<Bytes, byte[]> entries;

    Entries(StoreSection<K, V> section, KeyValueIterator<Bytes, byte[]> entries) {
      this.section = section;
      this.entries = entries;
    }

    @Override
    public boolean hasNext() {
      return entries.hasNext() && section.contains(entries.peekNextKey());
    }

    @Override
    public KeyValue<K, V> next() {
      KeyValue<Bytes, byte[]> entry = entries.next();
      return KeyValue.pair(section.key(entry.key), section.value(entry.value));
    }

    @Override
    public K peekNextKey() {
      return section.key(entries.peekNextKey());
    }

    @Override
    public void close() {
      entries.close();
    }
  }

  private static final class View<K, V> implements KeyValueStore<K, V> {
    private final StoreSection<K, V> section;
    private final KeyValueStore<Bytes, byte[]> store;

    View(StoreSection<K, V> section, KeyValueStore<Bytes, byte[]> store) {
      this.section = section;
      this.store = store;
    }

    @Override
    public @Nullable V get(K key) {
      return section.value(store.get(section.key(key)));
    }

    @Override
    public void put(K key, V value) {
      store.put(section.key(key), section.bytes(value));
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
      return section.value(store.putIfAbsent(section.key(key), section.bytes(value)));
    }

    @Override
    public void putAll(List<KeyValue<K, V>> entries) {
      entries.forEach(entry -> put(entry.key, entry.value));
    }

    @Override
    public @Nullable V delete(K key) {
      return section.value(store.delete(section.key(key)));
    }

    @Override
    public KeyValueIterator<K, V> range(@Nullable K from, @Nullable K to) {
      return section.range(store, from, to);
    }

    @Override
    public KeyValueIterator<K, V> all() {
      return section.all(store);
    }

    /** Of all sections together. */
    @Override
    public long approximateNumEntries() {
      return store.approximateNumEntries();
    }

    @Override
    public String name() {
      return store.name();
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
      throw new UnsupportedOperationException("the shared store is initialised");
    }

    @Override
    public void flush() {
      store.flush();
    }

    @Override
    public void close() {
      throw new UnsupportedOperationException("the shared store is closed");
    }

    @Override
    public boolean persistent() {
      return store.persistent();
    }

    @Override
    public boolean isOpen() {
      return store.isOpen();
    }
  }
}
