package io.millrace.contracts.file;

import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Label.Kind;
import io.millrace.contracts.pipeline.Metric;
import io.millrace.contracts.pipeline.Monitor;
import io.millrace.contracts.pipeline.Monitor.Decay;
import io.millrace.contracts.pipeline.Monitor.Distance;
import io.millrace.contracts.pipeline.Monitor.Drift;
import io.millrace.contracts.pipeline.Monitor.Drift.FieldRule;
import io.millrace.contracts.pipeline.Monitor.Signal;
import io.millrace.contracts.pipeline.Serve;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Refuses what is watched in a way that could never be seen. */
record PolicyCheck(Section section) {
  /**
   * @param inputs of the model
   * @param text whether an input is a string, or may be one
   */
  void check(
      Monitor monitor,
      Serve serve,
      Optional<Label> label,
      Set<String> inputs,
      Predicate<String> text) {
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
    check(monitor, signals, inputs, text);
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

  private void check(
      Monitor monitor, Set<Signal> signals, Set<String> inputs, Predicate<String> text) {
    Section where = section.section("drift");
    Drift drift = monitor.drift();
    if (where.has("against") || signals.contains(Signal.DRIFT)) {
      checkSeason(where, drift.against(), monitor);
    }
    boolean watched = signals.contains(Signal.DRIFT) || signals.contains(Signal.SKEW);
    if (watched) {
      checkLimits(where.section("default"), drift.limits());
    }
    if (watched && inputs.stream().noneMatch(text) && isOfStrings(drift.limits())) {
      where
          .section("default")
          .problem("l_infinity is of strings, and no input is one", "limit jsd_bits");
    }
    SortedSet<String> fields = new TreeSet<>(inputs);
    fields.add(Drift.SCORE);
    if (watched && fields.stream().allMatch(drift::ignores)) {
      where.section("fields").problem("all are ignored, so that none is watched", "watch one");
    }
    drift.fields().forEach((name, rule) -> check(name, rule, monitor, watched, fields, text));
  }

  private void check(
      String name,
      FieldRule rule,
      Monitor monitor,
      boolean watched,
      SortedSet<String> fields,
      Predicate<String> text) {
    Section where = section.section("drift").section("fields").section(name);
    if (!fields.contains(name)) {
      where.problem("is no input of the model", Closest.fix(name, fields));
    }
    rule.against().ifPresent(season -> checkSeason(where, season, monitor));
    if (rule.ignored() && (rule.against().isPresent() || !rule.limits().isEmpty())) {
      where.problem("is ignored, so that nothing else of it counts", "name ignore alone");
    }
    if (watched && !rule.limits().isEmpty()) {
      checkLimits(where, rule.limits());
      boolean isNumber = name.equals(Drift.SCORE) || fields.contains(name) && !text.test(name);
      if (isNumber && isOfStrings(rule.limits())) {
        where.problem("l_infinity is of strings, and it is none", "limit jsd_bits");
      }
    }
  }

  private static void checkSeason(Section where, Duration season, Monitor monitor) {
    if (season.toNanos() % monitor.window().toNanos() != 0) {
      where
          .section("against")
          .problem("is no multiple of spec.monitor.window", "compare with a whole window");
    }
  }

  private static void checkLimits(Section where, Map<Distance, Double> limits) {
    if (Arrays.stream(Distance.values())
        .allMatch(distance -> limits.getOrDefault(distance, 1.0) >= 1)) {
      where.problem(
          "no distance is greater than 1, so that none is too great", "use a lower limit");
    }
  }

  private static boolean isOfStrings(Map<Distance, Double> limits) {
    return limits.keySet().equals(Set.of(Distance.L_INFINITY));
  }

  private static boolean isShare(Metric metric) {
    return metric.higherIsBetter() && metric.fits(Kind.BINARY);
  }
}
