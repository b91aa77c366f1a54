package io.millrace.monitor.windows;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Windows of one length, side by side, aligned to the epoch; each begins inclusive and ends
 * exclusive. Times are microseconds since the epoch.
 */
public record Tumbling(long micros) {
  public static Tumbling of(Duration window) {
    return new Tumbling(TimeUnit.NANOSECONDS.toMicros(window.toNanos()));
  }

  /** Where the window of a time begins. */
  public long start(long time) {
    return time - Math.floorMod(time, micros);
  }

  /** Where a window ends. */
  public long end(long start) {
    return start + micros;
  }
}
