package io.millrace.artifacts.datasets;

import java.util.Map;

/**
 * Consecutive rows, column by column.
 *
 * @param ids as text
 * @param times event time, microseconds since the epoch
 * @param numbers INT, FLOAT, BOOL (1 and 0) and TIMESTAMP (microseconds); NaN is missing
 * @param texts STRING; "" is missing
 */
@SuppressWarnings("ArrayRecordComponent") // columns for a native library; never compared
public record Batch(
    String[] ids, long[] times, Map<String, double[]> numbers, Map<String, String[]> texts) {
  public int rows() {
    return ids.length;
  }

  /** A column of numbers. */
  public double[] numbers(String column) {
    double[] values = numbers.get(column);
    if (values == null) {
      throw new IllegalArgumentException("no column of numbers " + column + " was asked for");
    }
    return values;
  }

  /** A column of numbers as a model takes them: rounded, and what is too large is infinite. */
  public float[] floats(String column) {
    double[] values = numbers(column);
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** A column of strings. */
  public String[] texts(String column) {
    String[] values = texts.get(column);
    if (values == null) {
      throw new IllegalArgumentException("no column of strings " + column + " was asked for");
    }
    return values;
  }
}
