package io.millrace.evaluator.scoring;

import io.millrace.artifacts.datasets.Batch;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Parts of a batch. */
final class Rows {
  private Rows() {}

  static Batch one(Batch batch, int row) {
    Map<String, double[]> numbers = new LinkedHashMap<>();
    batch
        .numbers()
        .forEach((name, values) -> numbers.put(name, Arrays.copyOfRange(values, row, row + 1)));
    Map<String, String[]> texts = new LinkedHashMap<>();
    batch
        .texts()
        .forEach((name, values) -> texts.put(name, Arrays.copyOfRange(values, row, row + 1)));
    return new Batch(
        Arrays.copyOfRange(batch.ids(), row, row + 1),
        Arrays.copyOfRange(batch.times(), row, row + 1),
        numbers,
        texts);
  }
}
