package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Label.Kind;
import io.millrace.contracts.pipeline.Metric;
import io.millrace.contracts.pipeline.Monitor;
import io.millrace.contracts.pipeline.Monitor.Decay;
import io.millrace.contracts.pipeline.Monitor.Distance;
import io.millrace.contracts.pipeline.Monitor.Drift;
import io.millrace.contracts.pipeline.Monitor.Signal;
import io.millrace.contracts.pipeline.Serve;
import java.util.EnumSet;
import java.util.Set;

/** Refuses what is watched in a way that could never be seen. */
record PolicyCheck(Section section) {
  /** Of so many windows monitor keeps the numbers. */
  static final int MOST_WINDOWS = 200;

  void check(Monitor monitor, Serve serve) {
    Set<Signal> signals = EnumSet.noneOf(Signal.class);
    signals.addAll(monitor.retrain().on());
    signals.addAll(monitor.retrain().warn());
    if (!signals.isEmpty() && !serve.stream()) {
      section
          .section("retrain")
          .problem(
              "nothing is predicted through the stream, so that nothing can be watched",
              "set spec.serve.stream to true, or leave on and warn empty");
    }
    monitor.decay().ifPresent(this::check);
    check(monitor, signals);
  }

  private void check(Decay decay) {
    Section where = section.section("decay");
    if (isShare(decay.metric()) && decay.drop() > 1) {
      where
          .section("drop")
          .problem("a metric from 0 to 1 can't fall by more than 1", "use a smaller drop");
    }
    if (decay.windows() + decay.baselineWindows() > MOST_WINDOWS) {
      where.problem(
          "windows and baseline together are more than the %d that are kept"
              .formatted(MOST_WINDOWS),
          "use fewer");
    }
  }

  private void check(Monitor monitor, Set<Signal> signals) {
    Section where = section.section("drift");
    Drift drift = monitor.drift();
    boolean uneven = drift.against().toNanos() % monitor.window().toNanos() != 0;
    if (uneven && (where.has("against") || signals.contains(Signal.DRIFT))) {
      where
          .section("against")
          .problem("is no multiple of spec.monitor.window", "compare with a whole window");
    }
    boolean watched = signals.contains(Signal.DRIFT) || signals.contains(Signal.SKEW);
    if (watched
        && java.util.Arrays.stream(Distance.values())
            .allMatch(distance -> drift.limits().getOrDefault(distance, 1.0) >= 1)) {
      where
          .section("default")
          .problem("no distance is greater than 1, so that none is too great", "use a lower limit");
    }
  }

  private static boolean isShare(Metric metric) {
    return metric.higherIsBetter() && metric.fits(Kind.BINARY);
  }
}
