package io.millrace.evaluator.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.artifacts.datasets.Batch;
import io.millrace.onnx.session.OnnxModel;
import java.util.List;

/**
 * Requests that make a fresh session quick, with the answers that show that it is the same model:
 * JSON lines of {@code {"inputs": {name: number, string or null}, "score": number}}.
 */
public final class WarmupFile {
  private static final ObjectMapper JSON = new ObjectMapper();

  private WarmupFile() {}

  /**
   * The first rows of a batch.
   *
   * @param scores what the model answers to the batch
   */
  public static byte[] of(List<OnnxModel.Input> inputs, Batch batch, float[] scores, int most) {
    StringBuilder lines = new StringBuilder();
    for (int row = 0; row < Math.min(batch.rows(), most); row++) {
      ObjectNode line = JSON.createObjectNode();
      ObjectNode values = line.putObject("inputs");
      for (OnnxModel.Input input : inputs) {
        put(values, input, batch, row);
      }
      line.put("score", scores[row]);
      lines.append(line).append('\n');
    }
    return lines.toString().getBytes(UTF_8);
  }

  /** JSON has no infinities; the model takes them for the largest float. */
  private static void put(ObjectNode values, OnnxModel.Input input, Batch batch, int row) {
    if (input.isText()) {
      String text = batch.texts(input.name())[row];
      values.put(input.name(), text.isEmpty() ? null : text);
    } else {
      float number = batch.floats(input.name())[row];
      if (Float.isNaN(number)) {
        values.putNull(input.name());
      } else {
        values.put(input.name(), Math.clamp(number, -Float.MAX_VALUE, Float.MAX_VALUE));
      }
    }
  }
}
