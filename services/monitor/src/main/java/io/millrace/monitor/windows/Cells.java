package io.millrace.monitor.windows;

import java.math.BigDecimal;

/** Where cells are kept. A cell that was never added to is zero. */
public interface Cells {
  BigDecimal get(long window, Group group, Cell cell);

  void add(long window, Group group, Cell cell, BigDecimal more);

  default void count(long window, Group group, Cell cell) {
    add(window, group, cell, BigDecimal.ONE);
  }
}
