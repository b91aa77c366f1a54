package io.millrace.contracts.time;

import java.time.Instant;

/**
 * The times that all of Millrace can hold: the years 1 to 9999, which is what {@code
 * google.protobuf.Timestamp} has, and less than DuckDB's TIMESTAMP and Java's {@code Instant}.
 */
public final class TimeBounds {
  /** In microseconds since the epoch, as is {@link #LATEST}. */
  public static final long EARLIEST = IsoTime.micros("0001-01-01T00:00:00Z");

  public static final long LATEST = IsoTime.micros("9999-12-31T23:59:59.999999Z");

  private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
  private static final Instant BEHIND_LAST = Instant.parse("+10000-01-01T00:00:00Z");

  private TimeBounds() {}

  public static boolean contain(long micros) {
    return micros >= EARLIEST && micros <= LATEST;
  }

  public static boolean contain(Instant time) {
    return !time.isBefore(FIRST) && time.isBefore(BEHIND_LAST);
  }
}
