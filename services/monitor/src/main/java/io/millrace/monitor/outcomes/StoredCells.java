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
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A task's cells in its store, one entry each, so that a commit writes what has changed only. They
 * are read from memory, which holds the same: the store is read once, at a start.
 */
final class StoredCells implements Cells {
  private static final byte END = 0;

  private final KeyValueStore<Bytes, byte[]> store;
  private final SortedMap<Long, Map<Group, SortedMap<Bytes, BigDecimal>>> cells = new TreeMap<>();
  private final Set<Place> changed = new LinkedHashSet<>();

  /** The cells of one group of a window. */
  record Snapshot(long window, Group group, byte[] cells) {}

  private record Place(long window, Group group) {}

  /** After a start it is not known what the judge has seen, so that all counts as changed. */
  StoredCells(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      all.forEachRemaining(entry -> load(entry.key.get(), entry.value));
    }
  }

  @Override
  public BigDecimal get(long window, Group group, Cell cell) {
    return of(window, group).getOrDefault(Bytes.wrap(cell.toBytes()), BigDecimal.ZERO);
  }

  @Override
  public void put(long window, Group group, Cell cell, BigDecimal value) {
    Bytes name = Bytes.wrap(cell.toBytes());
    keep(window, group, name, value);
    store.put(key(window, group, name), CellsCodec.value(value));
  }

  /** Hands out the groups that have changed since it was last asked; equal ones as equal bytes. */
  List<Snapshot> takeChanged() {
    List<Snapshot> snapshots = new ArrayList<>();
    for (Place place : changed) {
      CellsCodec codec = new CellsCodec();
      of(place.window, place.group)
          .forEach((cell, value) -> codec.write(cell.get(), CellsCodec.value(value)));
      snapshots.add(new Snapshot(place.window, place.group, codec.toBytes()));
    }
    changed.clear();
    return snapshots;
  }

  /** The windows that have cells. */
  SortedSet<Long> windows() {
    return new TreeSet<>(cells.keySet());
  }

  /** Forgets a window. */
  void drop(long window) {
    var dropped = cells.remove(window);
    if (dropped != null) {
      dropped.forEach(
          (group, counted) ->
              counted.keySet().forEach(name -> store.delete(key(window, group, name))));
    }
    changed.removeIf(place -> place.window == window);
  }

  private SortedMap<Bytes, BigDecimal> of(long window, Group group) {
    return cells.getOrDefault(window, Map.of()).getOrDefault(group, Collections.emptySortedMap());
  }

  private void keep(long window, Group group, Bytes name, BigDecimal value) {
    cells
        .computeIfAbsent(window, none -> new HashMap<>())
        .computeIfAbsent(group, none -> new TreeMap<>())
        .put(name, value);
    changed.add(new Place(window, group));
  }

  private void load(byte[] key, byte[] value) {
    int end = Long.BYTES;
    while (key[end] != END) {
      end++;
    }
    long window = ByteBuffer.wrap(key).getLong() ^ Long.MIN_VALUE;
    Group group = Group.of(new String(key, Long.BYTES, end - Long.BYTES, UTF_8));
    Bytes name = Bytes.wrap(Arrays.copyOfRange(key, end + 1, key.length));
    keep(window, group, name, CellsCodec.value(value));
  }

  private static Bytes key(long window, Group group, Bytes name) {
    byte[] text = group.text().getBytes(UTF_8);
    return Bytes.wrap(
        ByteBuffer.allocate(Long.BYTES + text.length + 1 + name.get().length)
            .putLong(window ^ Long.MIN_VALUE) // sorts as the times do, those before 1970 too
            .put(text)
            .put(END)
            .put(name.get())
            .array());
  }
}
