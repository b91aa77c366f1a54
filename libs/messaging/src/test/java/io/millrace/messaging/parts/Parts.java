package io.millrace.messaging.parts;

import io.millrace.contracts.control.PartWritten;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Parts as the transformer announces them: one a partition and 15 seconds, with gaps between. */
final class Parts {
  static final Instant BEGIN = Instant.parse("2001-01-01T00:00:00Z");
  static final Duration LENGTH = Duration.ofSeconds(15);
  static final int PARTITIONS = 4;

  /** Offsets from one to the next, of which the rows take some. */
  private static final long OFFSETS = 160;

  private Parts() {}

  /** How many rows a part has. */
  static long rows(int number) {
    return 100 + number % 50;
  }

  static PartWritten of(int number) {
    return of(number, 1, rows(number));
  }

  static PartWritten of(int number, int version, long rows) {
    long first = number / PARTITIONS * OFFSETS;
    Instant from = BEGIN.plus(LENGTH.multipliedBy(number / PARTITIONS));
    return part(number % PARTITIONS, first, first + rows - 1, from, version, rows);
  }

  /** One that has the rows of others. */
  static PartWritten merged(List<PartWritten> parts) {
    PartWritten first = parts.getFirst();
    PartWritten last = parts.getLast();
    return PartWritten.newBuilder(
            part(
                first.getPartition(),
                first.getFirstOffset(),
                last.getLastOffset(),
                first.getMinTime().minusMillis(1),
                1,
                parts.stream().mapToLong(PartWritten::getRows).sum()))
        .setMaxTime(last.getMaxTime())
        .setReason("compacted")
        .setReplaces(parts.stream().map(PartWritten::getPart).toList())
        .build();
  }

  static PartWritten part(
      int partition, long first, long last, Instant from, int version, long rows) {
    String part =
        "%d-%d-%d-%012x".formatted(partition, first, last, from.getEpochSecond() * 7 + partition);
    return PartWritten.newBuilder()
        .setPipeline("flights")
        .setPart(part)
        .setVersion(version)
        .setUri("file:///var/lib/millrace/artifacts/flights/parts/" + part + ".parquet")
        .setSha256("%064x".formatted(first))
        .setBytes(10_000)
        .setRows(rows)
        .setPartition(partition)
        .setFirstOffset(first)
        .setLastOffset(last)
        .setMinTime(from)
        .setMaxTime(from.plus(LENGTH).minusMillis(1))
        .setPipelineVersion(1)
        .build();
  }
}
