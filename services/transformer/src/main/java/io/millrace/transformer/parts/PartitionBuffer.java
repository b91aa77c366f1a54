package io.millrace.transformer.parts;

import io.millrace.transformer.parts.RowBatch.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Rows of one partition that no part holds yet. Kept encoded: a decoded row is six times larger.
 */
final class PartitionBuffer {
  private record Pending(Row row, Instant arrival) {}

  private final int partition;
  private final List<Pending> pending = new ArrayList<>();
  private long bytes;

  PartitionBuffer(int partition) {
    this.partition = partition;
  }

  void add(Row row, Instant arrival) {
    pending.add(new Pending(row, arrival));
    bytes += row.bytes().length;
  }

  boolean isEmpty() {
    return pending.isEmpty();
  }

  int rows() {
    return pending.size();
  }

  long bytes() {
    return bytes;
  }

  boolean waitingSince(Instant instant) {
    return !pending.isEmpty() && !pending.get(0).arrival().isAfter(instant);
  }

  /**
   * Takes the oldest rows out.
   *
   * @param position where the consumer reads on. It is what to commit when no row is left, because
   *     transaction markers fill offsets behind the last row and would look like lag for ever
   */
  RowBatch cut(int maxRows, long position) {
    List<Pending> taken = pending.subList(0, Math.min(maxRows, pending.size()));
    List<Row> rows = taken.stream().map(Pending::row).toList();
    taken.clear();
    rows.forEach(row -> bytes -= row.bytes().length);
    long next = pending.isEmpty() ? position : rows.getLast().offset() + 1;
    return new RowBatch(partition, next, rows);
  }
}
