package io.millrace.monitor.windows;

import io.millrace.statistics.histograms.NumberHistogram;
import java.math.BigDecimal;

/** Where cells are kept. A cell that was never added to is zero. */
public interface Cells {
  BigDecimal get(long window, Group group, Cell cell);

  void add(long window, Group group, Cell cell, BigDecimal more);

  /**
   * Counts a number in the cells of a {@link NumberHistogram}: all of a group have the same shift,
   * which grows when there are too many.
   *
   * @param number not NaN
   */
  void countNumber(long window, Group group, double number);

  default void count(long window, Group group, Cell cell) {
    add(window, group, cell, BigDecimal.ONE);
  }
}
