package io.millrace.monitor.outcomes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.monitor.windows.Cell;
import io.millrace.monitor.windows.Cells;
import io.millrace.monitor.windows.CellsCodec;
import io.millrace.monitor.windows.Group;
import io.millrace.statistics.histograms.NumberHistogram;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
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
  private final Map<Place, GroupCells> places = new HashMap<>();
  private final Set<Place> changed = new LinkedHashSet<>();

  /** The cells of one group of a window. */
  record Snapshot(long window, Group group, byte[] cells) {}

  private record Place(long window, Group group) {}

  /** The cells of a group by their names. Of its numbers it is known how they are counted. */
  private static final class GroupCells {
    final Map<Bytes, Counted> cells = new HashMap<>();
    int shift;
    int numbers;
  }

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
    GroupCells known = places.get(new Place(window, group));
    Counted counted = known == null ? null : known.cells.get(Bytes.wrap(cell.toBytes()));
    return counted == null ? BigDecimal.ZERO : counted.value;
  }

  @Override
  public void add(long window, Group group, Cell cell, BigDecimal more) {
    Place place = new Place(window, group);
    add(place, changed(place), cell, more);
  }

  @Override
  public void countNumber(long window, Group group, double number) {
    Place place = new Place(window, group);
    GroupCells numbers = changed(place);
    long prefix = NumberHistogram.key(number) >> numbers.shift;
    add(place, numbers, new Cell.Number(numbers.shift, prefix), BigDecimal.ONE);
    if (numbers.numbers > NumberHistogram.MOST_CELLS) {
      widen(place, numbers);
    }
  }

  /** Counts a group's numbers in cells that are wide enough. */
  private void widen(Place place, GroupCells group) {
    SortedMap<Long, BigDecimal> counts = new TreeMap<>();
    for (Bytes name : List.copyOf(group.cells.keySet())) {
      if (Cell.fromBytes(name.get()) instanceof Cell.Number(int shift, long prefix)) {
        Counted counted = group.cells.remove(name);
        counts.merge(prefix >> (group.shift - shift), counted.value, BigDecimal::add);
        store.delete(counted.key);
      }
    }
    int bits = NumberHistogram.leastShift(group.shift, counts) - group.shift;
    group.shift += bits;
    group.numbers = 0;
    SortedMap<Long, BigDecimal> wider = new TreeMap<>();
    counts.forEach((prefix, count) -> wider.merge(prefix >> bits, count, BigDecimal::add));
    wider.forEach(
        (prefix, count) -> add(place, group, new Cell.Number(group.shift, prefix), count));
  }

  private void add(Place place, GroupCells group, Cell cell, BigDecimal more) {
    Counted counted = counted(place, group, cell);
    counted.value = counted.value.add(more);
    store.put(counted.key, CellsCodec.value(counted.value));
  }

  /** Hands out the groups that have changed since it was last asked; equal ones as equal bytes. */
  List<Snapshot> takeChanged() {
    List<Snapshot> snapshots = new ArrayList<>();
    for (Place place : changed) {
      CellsCodec codec = new CellsCodec();
      GroupCells group = places.getOrDefault(place, new GroupCells());
      new TreeMap<>(group.cells)
          .forEach((cell, counted) -> codec.write(cell.get(), CellsCodec.value(counted.value)));
      snapshots.add(new Snapshot(place.window, place.group, codec.toBytes()));
    }
    changed.clear();
    return snapshots;
  }

  /** The windows that have cells. */
  SortedSet<Long> windows() {
    return places.keySet().stream()
        .map(Place::window)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Forgets a window. */
  void drop(long window) {
    places.forEach(
        (place, group) -> {
          if (place.window == window) {
            group.cells.values().forEach(cell -> store.delete(cell.key));
          }
        });
    places.keySet().removeIf(place -> place.window == window);
    changed.removeIf(place -> place.window == window);
  }

  private GroupCells changed(Place place) {
    changed.add(place);
    return places.computeIfAbsent(place, none -> new GroupCells());
  }

  private static Counted counted(Place place, GroupCells group, Cell cell) {
    Bytes name = Bytes.wrap(cell.toBytes());
    Counted known = group.cells.get(name);
    if (known != null) {
      return known;
    }
    Counted counted = new Counted(key(place, name));
    group.cells.put(name, counted);
    if (cell instanceof Cell.Number) {
      group.numbers++;
    }
    return counted;
  }

  private void load(byte[] key, byte[] value) {
    ByteBuffer parts = ByteBuffer.wrap(key);
    byte[] name = new byte[parts.getShort()];
    parts.get(name);
    byte[] group = new byte[parts.remaining() - Long.BYTES];
    parts.get(group);
    Place place = new Place(parts.getLong(), Group.of(new String(group, UTF_8)));
    GroupCells known = changed(place);
    Cell cell = Cell.fromBytes(name);
    Counted counted = new Counted(Bytes.wrap(key));
    counted.value = CellsCodec.value(value);
    known.cells.put(Bytes.wrap(cell.toBytes()), counted);
    if (cell instanceof Cell.Number number) {
      known.numbers++;
      known.shift = Math.max(known.shift, number.shift());
    }
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
