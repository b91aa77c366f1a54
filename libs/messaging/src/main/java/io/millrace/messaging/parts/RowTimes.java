package io.millrace.messaging.parts;

import io.millrace.contracts.control.PartWritten;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How many rows have which event time: by the hour, and by two, four, … where that would be more
 * than 10,000 numbers. A part's rows are spread evenly over its time.
 *
 * @param micros how long a span is
 * @param rows by the number of the span since the epoch
 */
public record RowTimes(long micros, SortedMap<Long, Long> rows) {
  /** None. */
  public static final RowTimes NONE =
      new RowTimes(ChronoUnit.HOURS.getDuration().toNanos() / 1000, Collections.emptySortedMap());

  private static final int MOST = 10_000;

  public RowTimes {
    if (micros <= 0) {
      throw new IllegalArgumentException("a span of " + micros + " µs");
    }
    rows = Collections.unmodifiableSortedMap(new TreeMap<>(rows));
  }

  RowTimes with(Collection<PartWritten> parts) {
    Builder builder = new Builder(this);
    parts.forEach(builder::add);
    return new RowTimes(builder.span, builder.counts);
  }

  /** About how many are of a time or a later one; wrong by less than the rows of its hour. */
  double since(Instant from) {
    long time = micros(from);
    long in = Math.floorDiv(time, micros);
    double share = 1 - (double) Math.floorMod(time, micros) / micros;
    return rows.getOrDefault(in, 0L) * share
        + rows.tailMap(in + 1).values().stream().mapToDouble(Long::doubleValue).sum();
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private static final class Builder {
    private final TreeMap<Long, Long> counts;
    private long span;

    Builder(RowTimes before) {
      this.counts = new TreeMap<>(before.rows);
      this.span = before.micros;
    }

    void add(PartWritten part) {
      long from = micros(part.getMinTime());
      long to = Math.max(from, micros(part.getMaxTime()));
      while ((to - from) / span >= MOST) {
        widen();
      }
      long last = Math.floorDiv(to, span);
      long counted = 0;
      for (long in = Math.floorDiv(from, span); in <= last; in++) {
        long upTo = in == last ? part.getRows() : share(part.getRows(), from, (in + 1) * span, to);
        if (upTo > counted) {
          counts.merge(in, upTo - counted, Long::sum);
          counted = upTo;
        }
      }
      while (counts.size() > MOST) {
        widen();
      }
    }

    private static long share(long rows, long from, long end, long to) {
      return (long) (rows * ((double) (end - from) / (to - from)));
    }

    private void widen() {
      TreeMap<Long, Long> wider = new TreeMap<>();
      counts.forEach((in, rows) -> wider.merge(Math.floorDiv(in, 2L), rows, Long::sum));
      counts.clear();
      counts.putAll(wider);
      span *= 2;
    }
  }
}
