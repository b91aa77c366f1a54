package io.millrace.validator.duplicates;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of repeats, without a store. */
public final class Duplicates {
  /** How long an id is remembered, by wall clock: as long as its topic keeps it. */
  public static final Duration MEMORY = Duration.ofDays(7);

  private static final Arrival REPEAT = new Arrival.Repeat();

  private Duplicates() {}

  /**
   * Judges one arrival.
   *
   * @param seen what is remembered of the id, if anything
   * @param valid whether the checks accept the event
   */
  public static Arrival judge(
      @Nullable Seen seen, ContentHash hash, boolean valid, long nowMillis) {
    if (seen == null || isForgotten(seen.arrivalMillis(), nowMillis)) {
      return new Arrival.Fresh(new Seen(valid, nowMillis, List.of(hash)));
    }
    if (seen.hashes().contains(hash)) {
      return REPEAT;
    }
    if (seen.accepted()) {
      return new Arrival.Conflict(seen.withRefused(hash));
    }
    return new Arrival.Fresh(valid ? seen.withAccepted(hash) : seen.withRefused(hash));
  }

  /** Whether an id that arrived then is no longer remembered. */
  public static boolean isForgotten(long arrivalMillis, long nowMillis) {
    return nowMillis - arrivalMillis > MEMORY.toMillis();
  }
}
