package io.millrace.onnx.session;

/**
 * A tensor [rows, columns] of float32.
 *
 * @param values row by row
 */
@SuppressWarnings("ArrayRecordComponent") // a batch is handed on, never compared
public record Matrix(int rows, int columns, float[] values) {
  public float at(int row, int column) {
    return values[row * columns + column];
  }
}
