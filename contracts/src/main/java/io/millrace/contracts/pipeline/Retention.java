package io.millrace.contracts.pipeline;

import java.time.Duration;
import java.util.Optional;

/**
 * For how long what a pipeline makes is kept. What a run or an alias needs is kept longer, and so
 * is a model that was ever live.
 *
 * @param parts rows, by event time back from the newest; empty means all
 * @param models what a run has learned and judged, and the versions that never were live, since
 *     they were written
 * @param manifests which rows a run has learned from, and with them the files of replaced parts
 * @param transforms constants and statistics of a run's rows
 * @param quarantine refused events, since their arrival
 */
public record Retention(
    Optional<Duration> parts,
    Duration models,
    Duration manifests,
    Duration transforms,
    Duration quarantine) {
  private static final Duration HALF_A_YEAR = Duration.ofDays(180);

  public static final Retention DEFAULT =
      new Retention(Optional.empty(), HALF_A_YEAR, HALF_A_YEAR, HALF_A_YEAR, Duration.ofDays(30));
}
