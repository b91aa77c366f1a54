package io.millrace.monitor.outcomes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.monitor.windows.Cell;
import io.millrace.monitor.windows.Cells;
import io.millrace.monitor.windows.CellsCodec;
import io.millrace.monitor.windows.Group;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * A task's cells in its store, one entry each, so that a commit writes what has changed only. They
 * are read from memory, which holds the same: the store is read once, at a start.
 */
final class StoredCells implements Cells {
  private final KeyValueStore<Bytes, byte[]> store;
  private final Map<Place, Map<Bytes, Counted>> cells = new HashMap<>();
  private final Set<Place> changed = new LinkedHashSet<>();

  /** The cells of one group of a window. */
  record Snapshot(long window, Group group, byte[] cells) {}

  private record Place(long window, Group group) {}

  private static final class Counted {
    final Bytes key;
    BigDecimal value = BigDecimal.ZERO;

    Counted(Bytes key) {
      this.key = key;
    }
  }

  /** After a start it is not known what the judge has seen, so that all counts as changed. */
  StoredCells(KeyValueStore<Bytes, byte[]> store) {
    this.store = store;
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      all.forEachRemaining(entry -> load(entry.key.get(), entry.value));
    }
  }

  @Override
  public BigDecimal get(long window, Group group, Cell cell) {
    Counted counted =
        cells.getOrDefault(new Place(window, group), Map.of()).get(Bytes.wrap(cell.toBytes()));
    return counted == null ? BigDecimal.ZERO : counted.value;
  }

  @Override
  public void add(long window, Group group, Cell cell, BigDecimal more) {
    Counted counted = counted(new Place(window, group), Bytes.wrap(cell.toBytes()));
    counted.value = counted.value.add(more);
    store.put(counted.key, CellsCodec.value(counted.value));
  }

  /** Hands out the groups that have changed since it was last asked; equal ones as equal bytes. */
  List<Snapshot> takeChanged() {
    List<Snapshot> snapshots = new ArrayList<>();
    for (Place place : changed) {
      CellsCodec codec = new CellsCodec();
      new TreeMap<>(cells.getOrDefault(place, Map.of()))
          .forEach((cell, counted) -> codec.write(cell.get(), CellsCodec.value(counted.value)));
      snapshots.add(new Snapshot(place.window, place.group, codec.toBytes()));
    }
    changed.clear();
    return snapshots;
  }

  /** The windows that have cells. */
  SortedSet<Long> windows() {
    return cells.keySet().stream()
        .map(Place::window)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Forgets a window. */
  void drop(long window) {
    cells.forEach(
        (place, counted) -> {
          if (place.window == window) {
            counted.values().forEach(cell -> store.delete(cell.key));
          }
        });
    cells.keySet().removeIf(place -> place.window == window);
    changed.removeIf(place -> place.window == window);
  }

  private Counted counted(Place place, Bytes name) {
    changed.add(place);
    return cells
        .computeIfAbsent(place, none -> new HashMap<>())
        .computeIfAbsent(name, none -> new Counted(key(place, name)));
  }

  private void load(byte[] key, byte[] value) {
    ByteBuffer parts = ByteBuffer.wrap(key);
    byte[] name = new byte[parts.getShort()];
    parts.get(name);
    byte[] group = new byte[parts.remaining() - Long.BYTES];
    parts.get(group);
    Place place = new Place(parts.getLong(), Group.of(new String(group, UTF_8)));
    counted(place, Bytes.wrap(name)).value = CellsCodec.value(value);
  }

  /** What differs most comes first: caches and stores compare keys from their beginning. */
  private static Bytes key(Place place, Bytes name) {
    byte[] group = place.group.text().getBytes(UTF_8);
    return Bytes.wrap(
        ByteBuffer.allocate(Short.BYTES + name.get().length + group.length + Long.BYTES)
            .putShort((short) name.get().length)
            .put(name.get())
            .put(group)
            .putLong(place.window)
            .array());
  }
}
