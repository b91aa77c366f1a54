package io.millrace.statistics.metrics;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/** A value of each row, averaged. */
final class Mean {
  private Mean() {}

  /** Over all rows. */
  static Measurement over(Predictions predictions, IntToDoubleFunction value) {
    return over(predictions.rows().toArray(), value, "there are no rows");
  }

  /** Over some rows; of none, it is undefined for the given reason. */
  static Measurement over(int[] rows, IntToDoubleFunction value, String none) {
    return rows.length == 0
        ? new Measurement.Undefined(none)
        : new Measurement.Value(of(rows, value));
  }

  /** Over at least one row. */
  static double of(int[] rows, IntToDoubleFunction value) {
    return Arrays.stream(rows).mapToDouble(value).sum() / rows.length;
  }
}
