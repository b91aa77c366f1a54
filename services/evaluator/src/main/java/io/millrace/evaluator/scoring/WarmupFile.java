package io.millrace.evaluator.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.artifacts.datasets.Batch;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.onnx.session.Warmup;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Real rows as warm-up requests. */
public final class WarmupFile {
  private WarmupFile() {}

  /**
   * The first rows of a batch.
   *
   * @param scores what the model answers to the batch
   */
  public static byte[] of(List<OnnxModel.Input> inputs, Batch batch, float[] scores, int most) {
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < Math.min(batch.rows(), most); row++) {
      SortedMap<String, @Nullable Object> values = new TreeMap<>();
      for (OnnxModel.Input input : inputs) {
        values.put(input.name(), value(input, batch, row));
      }
      lines.append(Warmup.line(values, scores[row])).append('\n');
    }
    return lines.toString().getBytes(UTF_8);
  }

  /** JSON has no infinities; the model takes them for the largest float. */
  private static @Nullable Object value(OnnxModel.Input input, Batch batch, int row) {
    if (input.isText()) {
      String text = batch.texts(input.name())[row];
      return text.isEmpty() ? null : text;
    }
    float number = (float) batch.numbers(input.name())[row];
    return Float.isNaN(number) ? null : Math.clamp(number, -Float.MAX_VALUE, Float.MAX_VALUE);
  }
}
