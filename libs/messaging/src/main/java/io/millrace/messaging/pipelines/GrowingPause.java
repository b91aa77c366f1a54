package io.millrace.messaging.pipelines;

import java.time.Duration;

/**
 * Pauses between tries: 1 s, 2 s, 4 s and so on.
 *
 * @param longest none is longer
 */
public record GrowingPause(Duration longest) {
  /** Of what a pipeline itself gets wrong. */
  public static final GrowingPause UP_TO_A_MINUTE = new GrowingPause(Duration.ofSeconds(60));

  private static final int MOST_DOUBLINGS = 16;

  /** The pause after so many failures in a row, of which there is at least one. */
  public Duration after(int failures) {
    Duration pause = Duration.ofSeconds(1L << Math.min(failures - 1, MOST_DOUBLINGS));
    return pause.compareTo(longest) < 0 ? pause : longest;
  }
}
