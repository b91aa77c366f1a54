package io.millrace.features.online;

import io.millrace.contracts.pipeline.Windowed;
import io.millrace.features.panes.SeriesKey;

/** How new the labels are that count in a windowed feature. */
public final class Freshness {
  private static final long MICROS_PER_MILLI = 1_000;

  /** The time up to which labels count in a feature as of a time; in microseconds, as all here. */
  public static long upTo(Windowed feature, long asOf) {
    return SeriesKey.floor(asOf, feature.paneMicros());
  }

  /**
   * Milliseconds from the end of the newest pane that counts to the time asked for.
   *
   * @param watermark all labels up to this time were known to whoever computed the value
   */
  public static long ageMillis(Windowed feature, long asOf, long watermark) {
    return (asOf - upTo(feature, Math.min(asOf, watermark))) / MICROS_PER_MILLI;
  }

  private Freshness() {}
}
