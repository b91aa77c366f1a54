package io.millrace.trainer.trees;

import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.Matrix;
import io.millrace.onnx.session.OnnxModel;
import java.util.Arrays;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** Fitted features with their labels, as they grow batch by batch. */
public final class LabelledRows {
  private static final int FIRST_ROWS = 16 * 1024;

  private final int columns;
  private float[] features;
  private float[] labels;
  private int rows;

  /**
   * @param columns how many features a row has
   */
  public LabelledRows(int columns) {
    this.columns = columns;
    this.features = new float[FIRST_ROWS * columns];
    this.labels = new float[FIRST_ROWS];
  }

  /** How many bytes one row takes here and in XGBoost's own copy. */
  public static long bytesOfRow(int columns) {
    return 2L * Float.BYTES * (columns + 1);
  }

  /** Adds raw rows by way of the fitted transform. */
  public void add(OnnxModel transform, Columns batch, float[] batchLabels) {
    Matrix matrix = transform.run(batch);
    int count = matrix.rows();
    if (rows + count > labels.length) {
      int capacity = Math.max(rows + count, labels.length + labels.length / 2);
      labels = Arrays.copyOf(labels, capacity);
      features = Arrays.copyOf(features, Math.multiplyExact(capacity, columns));
    }
    System.arraycopy(matrix.values(), 0, features, rows * columns, count * columns);
    System.arraycopy(batchLabels, 0, labels, rows, count);
    rows += count;
  }

  public int rows() {
    return rows;
  }

  /** How many labels are above 0: the positive ones of a BINARY label. */
  public int positives() {
    int positives = 0;
    for (int row = 0; row < rows; row++) {
      if (labels[row] > 0) {
        positives++;
      }
    }
    return positives;
  }

  /** XGBoost's copy; NaN is missing. Whoever asks for it disposes of it. */
  DMatrix matrix() throws XGBoostError {
    DMatrix matrix = new DMatrix(Arrays.copyOf(features, rows * columns), rows, columns, Float.NaN);
    matrix.setLabel(Arrays.copyOf(labels, rows));
    return matrix;
  }
}
