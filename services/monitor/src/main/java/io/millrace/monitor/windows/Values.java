package io.millrace.monitor.windows;

import io.millrace.statistics.histograms.NumberHistogram;
import io.millrace.statistics.histograms.ValueHistogram;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the cells of values. */
public final class Values {
  private Values() {}

  /** From the cells of {@link Group.Input} or {@link Group.Scores}. */
  public static ValueHistogram of(byte[] cells) {
    SortedMap<Integer, SortedMap<Long, Long>> numbers = new TreeMap<>();
    SortedMap<String, Long> texts = new TreeMap<>();
    long[] rest = new long[2];
    CellsCodec.read(
        cells,
        (cell, value) -> {
          long count = value.longValueExact();
          if (count < 0) {
            throw new IllegalArgumentException("a negative count");
          }
          switch (cell) {
            case Cell.Number number ->
                numbers
                    .computeIfAbsent(number.shift(), none -> new TreeMap<>())
                    .put(number.prefix(), count);
            case Cell.Text text -> texts.put(text.text(), count);
            case Cell.Others o -> rest[0] = count;
            case Cell.Missing m -> rest[1] = count;
            case Cell.Distinct d -> {}
            case Cell.Predictions p -> throw misplaced(p);
            case Cell.Labelled l -> throw misplaced(l);
            case Cell.Sum s -> throw misplaced(s);
          }
        });
    NumberHistogram sum = NumberHistogram.EMPTY;
    for (var ofOneShift : numbers.entrySet()) {
      sum = sum.plus(new NumberHistogram(ofOneShift.getKey(), ofOneShift.getValue()));
    }
    return new ValueHistogram(sum, texts, rest[0], rest[1]);
  }

  private static IllegalArgumentException misplaced(Cell cell) {
    return new IllegalArgumentException("not a value: " + cell);
  }
}
