package io.millrace.monitor.verdicts;

import io.millrace.monitor.windows.Tumbling;
import java.util.Optional;

/**
 * When a window is closed. On-time labels come first and would flatter the metric: nearly all of
 * them are waited for, or the time in which they count.
 *
 * @param withinMicros how long after its example a label counts
 * @param latenessMicros how far behind the others an event may be
 */
public record Closing(Tumbling windows, long withinMicros, long latenessMicros) {
  private static final int NEARLY_ALL = 99;
  private static final int ALL = 100;

  /**
   * How far the stream has come.
   *
   * @param predictions event time that every partition's predictions have passed
   * @param labels event time that every partition's labels have passed
   * @param idle whether nothing at all has come for long
   * @param now wall clock, microseconds since the epoch
   */
  public record Progress(long predictions, long labels, boolean idle, long now) {}

  public Optional<ClosedBy> of(WindowNumbers window, Progress progress) {
    long last = windows.end(window.start()) - 1;
    boolean labelled = window.labelled() * ALL >= window.predictions() * NEARLY_ALL;
    if (progress.predictions() >= last
        && progress.labels() >= last
        && (labelled || progress.labels() >= last + withinMicros)) {
      return Optional.of(ClosedBy.EVENT_TIME);
    }
    return progress.idle() && last < progress.now()
        ? Optional.of(ClosedBy.WALL_CLOCK)
        : Optional.empty();
  }

  /** Whether nothing can change in a window any more, once all have passed a time. */
  public boolean isSettled(long start, long passed) {
    return passed > windows.end(start) + withinMicros + latenessMicros;
  }
}
