package io.millrace.messaging.streams;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.internals.WrappedStateStore;
import org.jspecify.annotations.Nullable;

/**
 * A store without a record cache but for some of its {@link StoreSection}s, a few entries each that
 * are written with every record, such as counts: they are written through once a commit. Ranges
 * tell of them what was committed last.
 */
public final class HotSections
    extends WrappedStateStore<KeyValueStore<Bytes, byte[]>, Bytes, byte[]>
    implements KeyValueStore<Bytes, byte[]> {
  private final String letters;
  private final Map<Bytes, byte @Nullable []> hot = new HashMap<>();

  private HotSections(KeyValueStore<Bytes, byte[]> store, String letters) {
    super(store);
    this.letters = letters;
  }

  /**
   * @param inner makes the store, without a record cache
   * @param letters of the hot sections
   */
  public static StoreBuilder<KeyValueStore<Bytes, byte[]>> in(
      StoreBuilder<KeyValueStore<Bytes, byte[]>> inner, String letters) {
    return new Builder(inner, letters);
  }

  @Override
  public void init(StateStoreContext context, StateStore root) {
    hot.clear(); // a revived task is initialised again, from what was committed
    super.init(context, root);
  }

  /** Kafka Streams calls it before each commit. */
  @Override
  public void flushCache() {
    hot.forEach(wrapped()::put);
    hot.clear();
    super.flushCache();
  }

  @Override
  public void clearCache() {
    hot.clear();
    super.clearCache();
  }

  @Override
  public byte @Nullable [] get(Bytes key) {
    return hot.containsKey(key) ? hot.get(key) : wrapped().get(key);
  }

  @Override
  public void put(Bytes key, byte @Nullable [] value) {
    if (isHot(key)) {
      hot.put(key, value);
    } else {
      wrapped().put(key, value);
    }
  }

  @Override
  public byte @Nullable [] putIfAbsent(Bytes key, byte[] value) {
    byte[] before = get(key);
    if (before == null) {
      put(key, value);
    }
    return before;
  }

  @Override
  public void putAll(List<KeyValue<Bytes, byte[]>> entries) {
    entries.forEach(entry -> put(entry.key, entry.value));
  }

  @Override
  public byte @Nullable [] delete(Bytes key) {
    if (!isHot(key)) {
      return wrapped().delete(key);
    }
    byte[] before = get(key);
    hot.put(key, null);
    return before;
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> range(Bytes from, Bytes to) {
    return wrapped().range(from, to);
  }

  @Override
  public KeyValueIterator<Bytes, byte[]> all() {
    return wrapped().all();
  }

  @Override
  public long approximateNumEntries() {
    return wrapped().approximateNumEntries();
  }

  private boolean isHot(Bytes key) {
    return letters.indexOf(key.get()[0]) >= 0;
  }

  private record Builder(StoreBuilder<KeyValueStore<Bytes, byte[]>> inner, String letters)
      implements StoreBuilder<KeyValueStore<Bytes, byte[]>> {
    @Override
    public KeyValueStore<Bytes, byte[]> build() {
      return new HotSections(inner.build(), letters);
    }

    @Override
    public StoreBuilder<KeyValueStore<Bytes, byte[]>> withCachingEnabled() {
      throw new UnsupportedOperationException("only the hot sections are cached");
    }

    @Override
    public StoreBuilder<KeyValueStore<Bytes, byte[]>> withCachingDisabled() {
      return this;
    }

    @Override
    public StoreBuilder<KeyValueStore<Bytes, byte[]>> withLoggingEnabled(
        Map<String, String> config) {
      return new Builder(inner.withLoggingEnabled(config), letters);
    }

    @Override
    public StoreBuilder<KeyValueStore<Bytes, byte[]>> withLoggingDisabled() {
      return new Builder(inner.withLoggingDisabled(), letters);
    }

    @Override
    public Map<String, String> logConfig() {
      return inner.logConfig();
    }

    @Override
    public boolean loggingEnabled() {
      return inner.loggingEnabled();
    }

    @Override
    public String name() {
      return inner.name();
    }
  }
}
