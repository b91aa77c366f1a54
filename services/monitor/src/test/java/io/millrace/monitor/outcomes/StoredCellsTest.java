package io.millrace.monitor.outcomes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.monitor.windows.CellsCodec;
import io.millrace.monitor.windows.Group;
import io.millrace.monitor.windows.Values;
import io.millrace.statistics.histograms.NumberHistogram;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class StoredCellsTest {
  private static final Group LATITUDE = new Group.Input("latitude");

  /**
   * What is told and what is kept are those of all numbers at once, before and behind a restart.
   *
   * @param restart behind how many of them
   */
  @Property(tries = 30)
  void shouldKeepTheCellsThatAllNumbersHave(
      @ForAll @IntRange(min = 900, max = 5_000) int size,
      @ForAll @IntRange(min = 0, max = 5_000) int restart,
      @ForAll @IntRange(min = 0, max = 2) int spread,
      @ForAll long seed) {
    KeyValueStore<Bytes, byte[]> store = store();
    StoredCells cells = new StoredCells(store);
    SplittableRandom random = new SplittableRandom(seed);
    List<Double> numbers = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      if (i == restart) {
        cells = new StoredCells(store);
      }
      double normal = random.nextGaussian();
      double number =
          spread == 0 ? 40.75 + 0.02 * normal : spread == 1 ? Math.exp(30 * normal) : i % 1_030;
      numbers.add(number);
      cells.countNumber(7, LATITUDE, number);
    }

    NumberHistogram all = all(numbers);
    byte[] told = told(cells);
    assertThat(Values.of(told).numbers()).isEqualTo(all);
    assertThat(entries(store)).isEqualTo(all.cells().size());
    assertThat(told(new StoredCells(store))).isEqualTo(told);
    cells.drop(7);
    assertThat(entries(store)).isZero();
  }

  /** Bytes as they were written before 2 December 2026: n and a bucket of 16 bits. */
  @Test
  void shouldGoOnFromWhatWasCountedByTheirBfloat16() {
    KeyValueStore<Bytes, byte[]> store = store();
    putOld(store, 0xc223, 5); // 40.75 to 41
    putOld(store, 0x3d6b, 2); // -74 to -74.5, whose bits are c294
    StoredCells cells = new StoredCells(store);

    NumberHistogram before = Values.of(told(cells)).numbers();
    assertThat(before.shift()).isEqualTo(45);
    assertThat(before.cells())
        .isEqualTo(
            new TreeMap<>(
                Map.of(NumberHistogram.key(40.8) >> 45, 5L, NumberHistogram.key(-74.2) >> 45, 2L)));

    cells.countNumber(7, LATITUDE, 40.9);
    cells.countNumber(7, LATITUDE, 3);
    NumberHistogram after = Values.of(told(cells)).numbers();
    assertThat(after).isEqualTo(before.plus(NumberHistogram.of(40.9)).plus(NumberHistogram.of(3)));
    assertThat(Values.of(told(new StoredCells(store))).numbers()).isEqualTo(after);
    assertThat(entries(store)).isEqualTo(3);
  }

  /** There were up to 65,536 of them. */
  @Test
  void shouldWidenWhatWasCountedByTheirBfloat16() {
    KeyValueStore<Bytes, byte[]> store = store();
    for (int bucket = 0xbf80; bucket < 0xbf80 + 3_000; bucket++) {
      putOld(store, bucket, 1);
    }
    StoredCells cells = new StoredCells(store);
    NumberHistogram before = Values.of(told(cells)).numbers();
    assertThat(before.total()).isEqualTo(3_000);
    assertThat(before.cells()).hasSizeLessThanOrEqualTo(NumberHistogram.MOST_CELLS);

    cells.countNumber(7, LATITUDE, 1.5);
    NumberHistogram after = Values.of(told(cells)).numbers();
    assertThat(after).isEqualTo(before.plus(NumberHistogram.of(1.5)));
    assertThat(entries(store)).isEqualTo(after.cells().size());
  }

  private static void putOld(KeyValueStore<Bytes, byte[]> store, int bucket, long count) {
    byte[] group = LATITUDE.text().getBytes(UTF_8);
    store.put(
        Bytes.wrap(
            ByteBuffer.allocate(2 + 3 + group.length + 8)
                .putShort((short) 3)
                .put((byte) 'n')
                .putShort((short) bucket)
                .put(group)
                .putLong(7)
                .array()),
        CellsCodec.value(BigDecimal.valueOf(count)));
  }

  private static NumberHistogram all(List<Double> numbers) {
    TreeMap<Long, Long> keys = new TreeMap<>();
    numbers.forEach(number -> keys.merge(NumberHistogram.key(number), 1L, Long::sum));
    return new NumberHistogram(0, keys);
  }

  private static byte[] told(StoredCells cells) {
    List<StoredCells.Snapshot> changed = cells.takeChanged();
    assertThat(changed).hasSize(1);
    return changed.getFirst().cells();
  }

  private static long entries(KeyValueStore<Bytes, byte[]> store) {
    long entries = 0;
    try (var all = store.all()) {
      while (all.hasNext()) {
        all.next();
        entries++;
      }
    }
    return entries;
  }

  private static KeyValueStore<Bytes, byte[]> store() {
    return Stores.inMemoryKeyValueStore("cells").get();
  }
}
