package io.millrace.monitor.windows;

import io.millrace.statistics.histograms.NumberHistogram;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The cells of one partition, in memory. */
public final class MapCells implements Cells {
  private record Key(long window, Group group, Cell cell) {}

  private record Place(long window, Group group) {}

  private final Map<Key, BigDecimal> values = new LinkedHashMap<>();
  private final Map<Place, NumberHistogram> numbers = new LinkedHashMap<>();

  @Override
  public BigDecimal get(long window, Group group, Cell cell) {
    return values.getOrDefault(new Key(window, group, cell), BigDecimal.ZERO);
  }

  @Override
  public void add(long window, Group group, Cell cell, BigDecimal more) {
    values.merge(new Key(window, group, cell), more, BigDecimal::add);
  }

  @Override
  public void countNumber(long window, Group group, double number) {
    numbers.merge(new Place(window, group), NumberHistogram.of(number), NumberHistogram::plus);
  }

  /** Adds a window as it travels to the judge. */
  void tell(long window, WindowTally.Builder to) {
    for (JudgeMessage.Snapshot told : snapshots(window)) {
      JudgeMessage.Snapshot read =
          (JudgeMessage.Snapshot) JudgeMessage.read(told.toBytes()).orElseThrow();
      to.add(read.group(), read.cells());
    }
  }

  /** What is told of a window, by the partition 0. */
  public List<JudgeMessage.Snapshot> snapshots(long window) {
    Map<Group, CellsCodec> groups = new LinkedHashMap<>();
    values.forEach(
        (key, value) -> {
          if (key.window == window) {
            groups
                .computeIfAbsent(key.group, unused -> new CellsCodec())
                .write(key.cell.toBytes(), CellsCodec.value(value));
          }
        });
    numbers.forEach(
        (place, histogram) -> {
          if (place.window == window) {
            CellsCodec codec = groups.computeIfAbsent(place.group, unused -> new CellsCodec());
            histogram
                .cells()
                .forEach(
                    (prefix, count) ->
                        codec.write(
                            new Cell.Number(histogram.shift(), prefix).toBytes(),
                            CellsCodec.value(BigDecimal.valueOf(count))));
          }
        });
    return groups.entrySet().stream()
        .map(
            group ->
                new JudgeMessage.Snapshot(0, window, group.getKey(), group.getValue().toBytes()))
        .toList();
  }
}
