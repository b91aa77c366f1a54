package io.millrace.transformer.parts;

import java.util.List;

/**
 * The encoded rows that become one part, in offset order; never empty.
 *
 * @param nextOffset where reading goes on behind them
 */
record RowBatch(int partition, long nextOffset, List<Row> rows) {
  /**
   * One, as it was read.
   *
   * @param version the pipeline's version that made it
   */
  record Row(long offset, byte[] bytes, int version) {}

  RowBatch {
    rows = List.copyOf(rows);
  }

  long firstOffset() {
    return rows.getFirst().offset();
  }

  long lastOffset() {
    return rows.getLast().offset();
  }
}
