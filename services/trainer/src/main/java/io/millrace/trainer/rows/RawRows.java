package io.millrace.trainer.rows;

import io.millrace.artifacts.datasets.Batch;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the first rows of some batches. */
final class RawRows {
  private final int most;
  private final Map<String, float[]> numbers = new LinkedHashMap<>();
  private final Map<String, String[]> texts = new LinkedHashMap<>();
  private int rows;

  RawRows(List<OnnxModel.Input> inputs, int most) {
    this.most = most;
    for (OnnxModel.Input input : inputs) {
      if (input.isText()) {
        texts.put(input.name(), new String[most]);
      } else {
        numbers.put(input.name(), new float[most]);
      }
    }
  }

  void add(Batch batch) {
    int count = Math.min(batch.rows(), most - rows);
    numbers.forEach((name, values) -> System.arraycopy(batch.floats(name), 0, values, rows, count));
    texts.forEach((name, values) -> System.arraycopy(batch.texts(name), 0, values, rows, count));
    rows += count;
  }

  Columns columns() {
    Columns columns = new Columns(rows);
    numbers.forEach((name, values) -> columns.numbers(name, Arrays.copyOf(values, rows)));
    texts.forEach((name, values) -> columns.texts(name, Arrays.copyOf(values, rows)));
    return columns;
  }
}
