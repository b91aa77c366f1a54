package io.millrace.transformer.parts;

import java.util.List;

/**
 * The encoded rows that become one part, in offset order; never empty.
 *
 * @param nextOffset where reading goes on behind them
 */
record RowBatch(
    int partition, long firstOffset, long lastOffset, long nextOffset, List<byte[]> rows) {}
