package io.millrace.transformer.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** Look-ups that wait, in the order of the event time they wait for. */
final class LookUps {
  private final KeyValueStore<Bytes, byte[]> store;
  private final int version;
  private long earliest;

  /**
   * @param version look-ups of a later one stay until this task runs it, too
   */
  LookUps(KeyValueStore<Bytes, byte[]> store, int version) {
    this.store = store;
    this.version = version;
    this.earliest = Long.MIN_VALUE;
  }

  /**
   * @param readyAt the event time that must have passed, micros
   * @param arrivedMillis wall clock
   */
  void add(long readyAt, String key, EntityMessage.LookUp lookUp, long arrivedMillis) {
    byte[] entity = key.getBytes(StandardCharsets.UTF_8);
    byte[] message = lookUp.toBytes();
    store.put(
        TimeKey.of(readyAt, key + "#" + lookUp.id()),
        ByteBuffer.allocate(12 + entity.length + message.length)
            .putLong(arrivedMillis)
            .putInt(entity.length)
            .put(entity)
            .put(message)
            .array());
    earliest = Math.min(earliest, readyAt);
  }

  /** Takes all that wait for a time up to {@code passed}. */
  void take(long passed, BiConsumer<String, EntityMessage.LookUp> consumer) {
    if (earliest > passed) {
      return;
    }
    take(Long.MIN_VALUE, passed, Long.MIN_VALUE, Long.MAX_VALUE, consumer);
    try (KeyValueIterator<Bytes, byte[]> rest = store.all()) {
      earliest = rest.hasNext() ? TimeKey.time(rest.next().key) : Long.MAX_VALUE;
    }
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
    if (earliest != Long.MAX_VALUE) {
      take(readyAt, Long.MAX_VALUE, asOf, arrivedBy, consumer);
    }
  }

  private void take(
      long from,
      long to,
      long asOf,
      long arrivedBy,
      BiConsumer<String, EntityMessage.LookUp> consumer) {
    List<KeyValue<Bytes, byte[]>> taken = new ArrayList<>();
    Bytes last = to == Long.MAX_VALUE ? TimeKey.of(to, "\uffff") : TimeKey.of(to + 1, "");
    try (KeyValueIterator<Bytes, byte[]> range = store.range(TimeKey.of(from, ""), last)) {
      while (range.hasNext()) {
        KeyValue<Bytes, byte[]> entry = range.next();
        if (ByteBuffer.wrap(entry.value).getLong() <= arrivedBy) {
          taken.add(entry);
        }
      }
    }
    for (KeyValue<Bytes, byte[]> entry : taken) {
      ByteBuffer in = ByteBuffer.wrap(entry.value).position(8);
      byte[] key = new byte[in.getInt()];
      in.get(key);
      EntityMessage message =
          EntityMessage.fromBytes(
              Arrays.copyOfRange(entry.value, in.position(), entry.value.length));
      if (message instanceof EntityMessage.LookUp lookUp
          && lookUp.version() <= version
          && lookUp.time() >= asOf) {
        store.delete(entry.key);
        if (lookUp.version() == version) {
          consumer.accept(new String(key, StandardCharsets.UTF_8), lookUp);
        }
      }
    }
  }
}
