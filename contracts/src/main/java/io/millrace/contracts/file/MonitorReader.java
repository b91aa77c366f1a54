package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Monitor;
import io.millrace.contracts.pipeline.Monitor.Decay;
import io.millrace.contracts.pipeline.Monitor.Distance;
import io.millrace.contracts.pipeline.Monitor.Drift;
import io.millrace.contracts.pipeline.Monitor.Drift.FieldRule;
import io.millrace.contracts.pipeline.Monitor.Retrain;
import io.millrace.contracts.pipeline.Monitor.Signal;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what is watched and what it leads to. */
record MonitorReader(Optional<Label> label) {

  Monitor read(Section section) {
    Retrain retrain = retrain(section.section("retrain"), section.has("decay"));
    return new Monitor(
        section
            .duration("window")
            .filter(Duration::isPositive) // the schema has told of others, and checks divide by it
            .orElse(Monitor.DEFAULT.window()),
        drift(section.section("drift")),
        decay(section.section("decay")),
        retrain);
  }

  private static Drift drift(Section section) {
    Map<String, FieldRule> fields = new LinkedHashMap<>();
    section
        .section("fields")
        .entries()
        .forEach(
            (name, field) ->
                fields.put(
                    name,
                    new FieldRule(
                        field.duration("against"), limits(field), field.flag("ignore", false))));
    return new Drift(
        section.duration("against").orElse(Drift.DEFAULT.against()),
        section.has("default") ? limits(section.section("default")) : Drift.DEFAULT.limits(),
        section.integer("minExamples", Drift.DEFAULT.minExamples()),
        fields);
  }

  private static Map<Distance, Double> limits(Section section) {
    Map<Distance, Double> limits = new EnumMap<>(Distance.class);
    for (Distance distance : Distance.values()) {
      section
          .number(distance.name().toLowerCase(Locale.ROOT))
          .ifPresent(limit -> limits.put(distance, limit));
    }
    return limits;
  }

  private Optional<Decay> decay(Section section) {
    int windows = (int) section.integer("windows", Decay.DEFAULT_WINDOWS);
    Section baseline = section.section("baseline");
    int median = (int) baseline.integer("median", Decay.DEFAULT_BASELINE_WINDOWS);
    int first = (int) baseline.integer("first", Decay.DEFAULT_FIRST_WINDOWS);
    return EvaluateReader.metric(section, label)
        .flatMap(
            metric ->
                section.number("drop").stream()
                    .mapToObj(drop -> new Decay(metric, drop, windows, median, first))
                    .findFirst());
  }

  private static Retrain retrain(Section section, boolean decayIsWatched) {
    Set<Signal> on = EnumSet.noneOf(Signal.class);
    for (Section item : section.section("on").items()) {
      item.choice(Signal.class)
          .ifPresent(
              signal -> {
                on.add(signal);
                checkWatched(item, signal, decayIsWatched);
              });
    }
    Set<Signal> warn = EnumSet.noneOf(Signal.class);
    for (Section item : section.section("warn").items()) {
      item.choice(Signal.class)
          .ifPresent(
              signal -> {
                if (!warn.add(signal) || on.contains(signal)) {
                  item.problem("starts a run already", "name it in on or in warn");
                }
                checkWatched(item, signal, decayIsWatched);
              });
    }
    return new Retrain(
        on,
        section.integer("firstAfter", Retrain.DEFAULT.firstAfter()),
        section.duration("cooldown").orElse(Retrain.DEFAULT.cooldown()),
        warn);
  }

  private static void checkWatched(Section item, Signal signal, boolean decayIsWatched) {
    if (signal == Signal.DECAY && !decayIsWatched) {
      item.problem("decay is not watched", "add spec.monitor.decay");
    }
  }
}
