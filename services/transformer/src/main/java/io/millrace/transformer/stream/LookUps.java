package io.millrace.transformer.stream;

import io.millrace.messaging.streams.TimeKey;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Look-ups that wait, in the order of the event time they wait for. They are looked through in
 * memory, which holds the same as the store: that is read once, at a start.
 */
final class LookUps {
  private final KeyValueStore<Bytes, byte[]> store;
  private final int version;
  private final NavigableMap<Bytes, byte[]> waiting = new TreeMap<>();

  /**
   * @param version look-ups of a later one stay until this task runs it, too
   */
  LookUps(KeyValueStore<Bytes, byte[]> store, int version) {
    this.store = store;
    this.version = version;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      all.forEachRemaining(entry -> waiting.put(entry.key, entry.value));
    }
  }

  /**
   * @param readyAt the event time that must have passed, micros
   * @param arrivedMillis wall clock
   */
  void add(long readyAt, String key, EntityMessage.LookUp lookUp, long arrivedMillis) {
    byte[] entity = key.getBytes(StandardCharsets.UTF_8);
    byte[] message = lookUp.toBytes();
    Bytes place = TimeKey.of(readyAt, key + "#" + lookUp.id());
    byte[] value =
        ByteBuffer.allocate(12 + entity.length + message.length)
            .putLong(arrivedMillis)
            .putInt(entity.length)
            .put(entity)
            .put(message)
            .array();
    store.put(place, value);
    waiting.put(place, value);
  }

  /** Takes all that wait for a time up to {@code passed}. */
  void take(long passed, BiConsumer<String, EntityMessage.LookUp> consumer) {
    take(Long.MIN_VALUE, passed, Long.MIN_VALUE, Long.MAX_VALUE, consumer);
  }

  /**
   * Takes those that have waited long enough.
   *
   * @param asOf look-ups for an earlier time go on waiting, micros
   * @param readyAt none of the others waits for an earlier time than this
   * @param arrivedBy those that came later go on waiting, wall clock in millis
   */
  void takeImpatient(
      long asOf, long readyAt, long arrivedBy, BiConsumer<String, EntityMessage.LookUp> consumer) {
    take(readyAt, Long.MAX_VALUE, asOf, arrivedBy, consumer);
  }

  private void take(
      long from,
      long to,
      long asOf,
      long arrivedBy,
      BiConsumer<String, EntityMessage.LookUp> consumer) {
    if (waiting.isEmpty()) {
      return;
    }
    Bytes last = to == Long.MAX_VALUE ? TimeKey.of(to, "\uffff") : TimeKey.of(to + 1, "");
    List<Map.Entry<Bytes, byte[]>> taken = new ArrayList<>();
    for (Map.Entry<Bytes, byte[]> entry :
        waiting.subMap(TimeKey.of(from, ""), true, last, true).entrySet()) {
      if (ByteBuffer.wrap(entry.getValue()).getLong() <= arrivedBy) {
        taken.add(Map.entry(entry.getKey(), entry.getValue()));
      }
    }
    for (Map.Entry<Bytes, byte[]> entry : taken) {
      byte[] value = entry.getValue();
      ByteBuffer in = ByteBuffer.wrap(value).position(8);
      byte[] key = new byte[in.getInt()];
      in.get(key);
      EntityMessage message =
          EntityMessage.fromBytes(Arrays.copyOfRange(value, in.position(), value.length));
      if (message instanceof EntityMessage.LookUp lookUp
          && lookUp.version() <= version
          && lookUp.time() >= asOf) {
        store.delete(entry.getKey());
        waiting.remove(entry.getKey());
        if (lookUp.version() == version) {
          consumer.accept(new String(key, StandardCharsets.UTF_8), lookUp);
        }
      }
    }
  }
}
