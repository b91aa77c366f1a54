package io.millrace.trainer.trees;

import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.Matrix;
import io.millrace.onnx.session.OnnxModel;

/**
 * How far the ONNX file is from the library that trained it, over the same rows.
 *
 * @param greatest the greatest difference; of REGRESSION as a share of the greatest prediction
 *     where that is beyond 1
 */
public record Parity(int rows, double greatest) {
  /** What trees may differ by: float32 sums in another order. */
  public static final double TOLERANCE = 1e-5;

  /** Compares raw rows through the file with fitted features through the library. */
  public static Parity of(OnnxModel model, OnnxModel transform, TrainedTrees trees, Columns raw) {
    Matrix ours = model.run(raw);
    float[] theirs = trees.predict(transform.run(raw));
    double greatest = 0;
    double scale = 1;
    for (int row = 0; row < theirs.length; row++) {
      double difference = Math.abs((double) ours.at(row, 0) - theirs[row]);
      if (Double.isNaN(difference)) {
        return new Parity(theirs.length, Double.POSITIVE_INFINITY);
      }
      greatest = Math.max(greatest, difference);
      scale = Math.max(scale, Math.abs(theirs[row]));
    }
    return new Parity(theirs.length, greatest / scale);
  }

  public boolean holds() {
    return greatest <= TOLERANCE;
  }
}
