package io.millrace.local.replay.files;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Event times from one (inclusive) to another (exclusive); all when neither is given.
 *
 * <p>An event without a time belongs to no range but the open one.
 */
public record TimeRange(Optional<Instant> from, Optional<Instant> to) {
  public static TimeRange all() {
    return new TimeRange(Optional.empty(), Optional.empty());
  }

  String where(String column) {
    List<String> bounds = new ArrayList<>();
    from.ifPresent(time -> bounds.add(column + " >= " + micros(time)));
    to.ifPresent(time -> bounds.add(column + " < " + micros(time)));
    return bounds.isEmpty() ? "" : "WHERE " + String.join(" AND ", bounds);
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
