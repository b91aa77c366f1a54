package io.millrace.transformer.parts;

import io.millrace.transformer.parts.RowBatch.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntToLongFunction;

/** The buffers of all assigned partitions, and the rule by which they are cut. */
final class RowBuffers {
  private final PartSettings settings;
  private final SortedMap<Integer, PartitionBuffer> byPartition = new TreeMap<>();
  private Instant lastArrival = Instant.MIN;

  RowBuffers(PartSettings settings) {
    this.settings = settings;
  }

  void add(int partition, Row row, Instant now) {
    byPartition.computeIfAbsent(partition, PartitionBuffer::new).add(row, now);
    lastArrival = now;
  }

  /** Forgets rows that were never committed; whoever has the partition now reads them again. */
  void drop(Collection<Integer> partitions) {
    byPartition.keySet().removeAll(partitions);
  }

  boolean isEmpty(int partition) {
    PartitionBuffer buffer = byPartition.get(partition);
    return buffer == null || buffer.isEmpty();
  }

  boolean idle(Instant now) {
    return !lastArrival.isAfter(now.minus(settings.idle()));
  }

  /**
   * The batches that are due, at most one a partition.
   *
   * @param positions where the consumer reads on, by partition
   */
  List<RowBatch> cut(Instant now, IntToLongFunction positions) {
    boolean idle = idle(now);
    Instant oldest = now.minus(settings.maxAge());
    List<RowBatch> due = new ArrayList<>();
    byPartition.forEach(
        (partition, buffer) -> {
          if (buffer.rows() >= settings.maxRows()
              || buffer.waitingSince(oldest)
              || (idle && !buffer.isEmpty())) {
            due.add(buffer.cut(settings.maxRows(), positions.applyAsLong(partition)));
          }
        });
    if (due.isEmpty() && bufferedBytes() > settings.maxBufferedBytes()) {
      byPartition.entrySet().stream()
          .max(Comparator.comparingLong(entry -> entry.getValue().bytes()))
          .ifPresent(
              largest ->
                  due.add(
                      largest
                          .getValue()
                          .cut(settings.maxRows(), positions.applyAsLong(largest.getKey()))));
    }
    return due;
  }

  /** What there is of each partition, due or not. */
  List<RowBatch> cutAll(IntToLongFunction positions) {
    List<RowBatch> all = new ArrayList<>();
    byPartition.forEach(
        (partition, buffer) -> {
          if (!buffer.isEmpty()) {
            all.add(buffer.cut(settings.maxRows(), positions.applyAsLong(partition)));
          }
        });
    return all;
  }

  private long bufferedBytes() {
    return byPartition.values().stream().mapToLong(PartitionBuffer::bytes).sum();
  }
}
