package io.millrace.monitor.outcomes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.monitor.windows.Cell;
import io.millrace.monitor.windows.Cells;
import io.millrace.monitor.windows.CellsCodec;
import io.millrace.monitor.windows.Group;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A task's cells in its store, one entry each, so that a commit writes what has changed only. Keys
 * sort by window and group.
 */
final class StoredCells implements Cells {
  private static final byte END = 0;
  private static final byte AFTER_END = 1;

  private final KeyValueStore<Bytes, byte[]> store;
  private final SortedSet<Bytes> changed = new TreeSet<>();

  /** After a start it is not known what the judge has seen, so that all counts as changed. */
  StoredCells(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      all.forEachRemaining(entry -> changed.add(prefix(entry.key)));
    }
  }

  /** The cells of one group of a window. */
  record Snapshot(long window, Group group, byte[] cells) {}

  @Override
  public BigDecimal get(long window, Group group, Cell cell) {
    byte[] value = store.get(key(prefix(window, group), cell));
    return value == null ? BigDecimal.ZERO : CellsCodec.value(value);
  }

  @Override
  public void put(long window, Group group, Cell cell, BigDecimal value) {
    Bytes prefix = prefix(window, group);
    store.put(key(prefix, cell), CellsCodec.value(value));
    changed.add(prefix);
  }

  /** Hands out the groups that have changed since it was last asked. */
  List<Snapshot> takeChanged() {
    List<Snapshot> snapshots = new ArrayList<>();
    for (Bytes prefix : changed) {
      CellsCodec cells = new CellsCodec();
      each(prefix, (cell, value) -> cells.write(cell, value));
      byte[] raw = prefix.get();
      snapshots.add(
          new Snapshot(
              window(prefix),
              Group.of(new String(raw, Long.BYTES, raw.length - Long.BYTES - 1, UTF_8)),
              cells.toBytes()));
    }
    changed.clear();
    return snapshots;
  }

  /** The windows that have cells. */
  SortedSet<Long> windows() {
    SortedSet<Long> windows = new TreeSet<>();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      all.forEachRemaining(entry -> windows.add(window(entry.key)));
    }
    return windows;
  }

  /** Forgets a window. */
  void drop(long window) {
    List<Bytes> keys = new ArrayList<>();
    Bytes from = Bytes.wrap(start(window));
    Bytes to = Bytes.wrap(start(window + 1));
    try (KeyValueIterator<Bytes, byte[]> range = store.range(from, to)) {
      range.forEachRemaining(entry -> keys.add(entry.key));
    }
    keys.forEach(store::delete);
    changed.removeIf(prefix -> window(prefix) == window);
  }

  private void each(Bytes prefix, BiConsumer<byte[], byte[]> consumer) {
    byte[] after = prefix.get().clone();
    after[after.length - 1] = AFTER_END;
    try (KeyValueIterator<Bytes, byte[]> range = store.range(prefix, Bytes.wrap(after))) {
      while (range.hasNext()) {
        var entry = range.next();
        byte[] key = entry.key.get();
        consumer.accept(Arrays.copyOfRange(key, prefix.get().length, key.length), entry.value);
      }
    }
  }

  private static Bytes key(Bytes prefix, Cell cell) {
    byte[] name = cell.toBytes();
    return Bytes.wrap(
        ByteBuffer.allocate(prefix.get().length + name.length).put(prefix.get()).put(name).array());
  }

  private static Bytes prefix(long window, Group group) {
    byte[] text = group.text().getBytes(UTF_8);
    return Bytes.wrap(
        ByteBuffer.allocate(Long.BYTES + text.length + 1)
            .put(start(window))
            .put(text)
            .put(END)
            .array());
  }

  private static Bytes prefix(Bytes key) {
    byte[] bytes = key.get();
    int end = Long.BYTES;
    while (bytes[end] != END) {
      end++;
    }
    return Bytes.wrap(Arrays.copyOf(bytes, end + 1));
  }

  /** Sorts as the times do, those before 1970 too. */
  private static byte[] start(long window) {
    return ByteBuffer.allocate(Long.BYTES).putLong(window ^ Long.MIN_VALUE).array();
  }

  private static long window(Bytes key) {
    return ByteBuffer.wrap(key.get()).getLong() ^ Long.MIN_VALUE;
  }
}
