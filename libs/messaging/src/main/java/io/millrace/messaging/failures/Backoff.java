package io.millrace.messaging.failures;

import java.time.Duration;

/**
 * Pauses that double with every failure in a row.
 *
 * @param first after one failure
 * @param most how long they get
 */
public record Backoff(Duration first, Duration most) {
  /** Of what a pipeline itself gets wrong. */
  public static final Backoff UP_TO_A_MINUTE =
      new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));

  /** Of what is somebody else's, who may be back at any moment. */
  public static final Backoff UP_TO_TEN_SECONDS =
      new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(10));

  private static final int MOST_DOUBLINGS = 30;

  public Backoff {
    if (first.isNegative() || first.isZero() || most.compareTo(first) < 0) {
      throw new IllegalArgumentException("from %s to %s".formatted(first, most));
    }
  }

  /**
   * The pause before the next attempt.
   *
   * @param failures in a row; none: no pause
   */
  public Duration after(int failures) {
    if (failures <= 0) {
      return Duration.ZERO;
    }
    int doublings = Math.min(failures - 1, MOST_DOUBLINGS);
    return most.dividedBy(1L << doublings).compareTo(first) < 0
        ? most
        : first.multipliedBy(1L << doublings);
  }
}
