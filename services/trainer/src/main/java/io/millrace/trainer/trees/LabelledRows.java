package io.millrace.trainer.trees;

import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.Matrix;
import io.millrace.onnx.session.OnnxModel;
import java.util.Arrays;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** Fitted features with their labels, filled batch by batch. */
public final class LabelledRows {
  /** JNI's passing copy, and XGBoost's entries (index and value) and bins. */
  private static final int NATIVE_BYTES_OF_VALUE = 16;

  /** An offset, the label, a gradient with its hessian, predictions. */
  private static final int NATIVE_BYTES_OF_ROW = 32;

  private final int columns;
  private final float[] features;
  private final float[] labels;
  private int rows;

  /**
   * @param columns how many features a row has
   * @param most how many rows there will be at most
   */
  public LabelledRows(int columns, int most) {
    this.columns = columns;
    this.features = new float[Math.multiplyExact(most, columns)];
    this.labels = new float[most];
  }

  /** How many bytes one row takes here and in XGBoost, which keeps a copy of its own. */
  public static long bytesOfRow(int columns) {
    return (long) Float.BYTES * (columns + 1)
        + (long) NATIVE_BYTES_OF_VALUE * columns
        + NATIVE_BYTES_OF_ROW;
  }

  /** How many rows a Java array can hold. */
  public static int mostRows(int columns) {
    return (Integer.MAX_VALUE - 8) / columns;
  }

  /** Adds raw rows by way of the fitted transform. */
  public void add(OnnxModel transform, Columns batch, float[] batchLabels) {
    Matrix matrix = transform.run(batch);
    int count = matrix.rows();
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
    DMatrix matrix = new DMatrix(first(features, rows * columns), rows, columns, Float.NaN);
    try {
      matrix.setLabel(first(labels, rows));
      return matrix;
    } catch (XGBoostError e) {
      matrix.dispose();
      throw e;
    }
  }

  private static float[] first(float[] values, int count) {
    return values.length == count ? values : Arrays.copyOf(values, count);
  }
}
