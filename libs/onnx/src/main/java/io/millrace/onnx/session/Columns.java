package io.millrace.onnx.session;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch of rows, column by column: NaN is a missing number, "" a missing string. Not for several
 * threads at once.
 */
public final class Columns {
  private final int rows;
  private final Map<String, float[]> numbers = new LinkedHashMap<>();
  private final Map<String, String[]> texts = new LinkedHashMap<>();

  public Columns(int rows) {
    this.rows = rows;
  }

  public int rows() {
    return rows;
  }

  /**
   * Adds a column of numbers, which is not copied.
   *
   * @throws IllegalArgumentException when it has not as many values as there are rows
   */
  public Columns numbers(String name, float[] values) {
    requireRows(name, values.length);
    numbers.put(name, values);
    return this;
  }

  /**
   * Adds a column of strings; a null becomes "".
   *
   * @throws IllegalArgumentException when it has not as many values as there are rows
   */
  public Columns texts(String name, @Nullable String[] values) {
    requireRows(name, values.length);
    texts.put(name, Arrays.stream(values).map(v -> v == null ? "" : v).toArray(String[]::new));
    return this;
  }

  float[] numbers(String name) {
    float[] values = numbers.get(name);
    if (values == null) {
      throw new IllegalArgumentException("no numbers for the input " + name);
    }
    return values;
  }

  String[] texts(String name) {
    String[] values = texts.get(name);
    if (values == null) {
      throw new IllegalArgumentException("no strings for the input " + name);
    }
    return values;
  }

  private void requireRows(String name, int values) {
    if (values != rows) {
      throw new IllegalArgumentException(
          "%s has %d values for %d rows".formatted(name, values, rows));
    }
  }
}
