package io.millrace.contracts.file;

import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Label.Kind;
import io.millrace.contracts.pipeline.Metric;
import io.millrace.contracts.pipeline.Monitor;
import io.millrace.contracts.pipeline.Monitor.Decay;
import io.millrace.contracts.pipeline.Monitor.Distance;
import io.millrace.contracts.pipeline.Monitor.Drift;
import io.millrace.contracts.pipeline.Monitor.Signal;
import io.millrace.contracts.pipeline.Serve;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** Refuses what is watched in a way that could never be seen. */
record PolicyCheck(Section section) {
  /**
   * @param hasText whether a string is among the inputs that are watched
   */
  void check(Monitor monitor, Serve serve, Optional<Label> label, boolean hasText) {
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
    monitor.decay().ifPresent(decay -> check(decay, label));
    check(monitor, signals, hasText);
    if (label
        .filter(l -> l.within().dividedBy(monitor.window()) > Limit.OPEN_WINDOWS.most())
        .isPresent()) {
      section
          .section("window")
          .problem(
              "the label is waited for through more than %d windows"
                  .formatted(Limit.OPEN_WINDOWS.most()),
              "use longer windows, or a shorter spec.label.within");
    }
  }

  private void check(Decay decay, Optional<Label> label) {
    Section where = section.section("decay");
    if (label.filter(l -> l.kind() == Kind.MULTICLASS).isPresent()) {
      where.problem("no metric of a MULTICLASS label is measured", "leave decay out");
    }
    if (isShare(decay.metric()) && decay.drop() > 1) {
      where
          .section("drop")
          .problem("a metric from 0 to 1 can't fall by more than 1", "use a smaller drop");
    }
    if (decay.windows() + decay.baselineWindows() > Limit.KEPT_WINDOWS.most()) {
      where.problem(
          "windows and baseline together are more than the %d that are kept"
              .formatted(Limit.KEPT_WINDOWS.most()),
          "use fewer");
    }
  }

  private void check(Monitor monitor, Set<Signal> signals, boolean hasText) {
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
    if (watched && !hasText && drift.limits().keySet().equals(Set.of(Distance.L_INFINITY))) {
      where
          .section("default")
          .problem("l_infinity is of strings, and no input is one", "limit jsd_bits");
    }
  }

  private static boolean isShare(Metric metric) {
    return metric.higherIsBetter() && metric.fits(Kind.BINARY);
  }
}
