package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Evaluate;
import io.millrace.contracts.pipeline.Evaluate.Split;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Metric;
import io.millrace.contracts.pipeline.Threshold;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Reads when a model is good enough. */
record EvaluateReader(Scope scope, Optional<Label> label) {

  Evaluate read(Section section) {
    Section split = section.section("split");
    return new Evaluate(
        new Split(
            split.choice("by", Split.By.class).orElse(Split.DEFAULT.by()),
            split.number("eval").orElse(Split.DEFAULT.eval())),
        section.flag("refit", Evaluate.DEFAULT.refit()),
        section.has("slices") ? slices(section.section("slices")) : Evaluate.DEFAULT.slices(),
        section.section("thresholds").items().stream()
            .flatMap(threshold -> threshold(threshold).stream())
            .toList(),
        least(section.section("least")),
        section.section("latency").duration("p99"));
  }

  private static Evaluate.Least least(Section section) {
    Evaluate.Least defaults = Evaluate.Least.DEFAULT;
    return new Evaluate.Least(
        (int) section.integer("rows", defaults.rows()),
        (int) section.integer("ofEachClass", defaults.ofEachClass()));
  }

  /** The metric under {@code metric}, which must be defined for the label's kind. */
  static Optional<Metric> metric(Section section, Optional<Label> label) {
    Optional<Metric> metric = section.choice("metric", Metric.class);
    metric.ifPresent(
        known ->
            label
                .map(Label::kind)
                .filter(kind -> !known.fits(kind))
                .ifPresent(
                    kind ->
                        section
                            .section("metric")
                            .problem(
                                "is not defined for a " + kind + " label",
                                "use one of " + String.join(", ", metricsOf(kind)))));
    return metric;
  }

  private static List<String> metricsOf(Label.Kind kind) {
    return List.of(Metric.values()).stream()
        .filter(metric -> metric.fits(kind))
        .map(metric -> metric.name().toLowerCase(Locale.ROOT))
        .toList();
  }

  private List<List<String>> slices(Section section) {
    return section.items().stream()
        .map(
            slice ->
                slice.items().stream()
                    .flatMap(
                        field -> {
                          field.text().ifPresent(name -> scope.input(name, field));
                          return field.text().stream();
                        })
                    .toList())
        .toList();
  }

  private Map<String, String> slice(Section section) {
    Map<String, String> slice = new LinkedHashMap<>();
    section
        .entries()
        .forEach(
            (field, value) -> {
              scope.input(field, value);
              slice.put(field, section.shown(field));
            });
    return slice;
  }

  private Optional<Threshold> threshold(Section section) {
    Optional<Metric> metric = metric(section, label);
    Map<String, String> slice = slice(section.section("slice"));
    OptionalDouble lower = section.number("lowerBound");
    OptionalDouble upper = section.number("upperBound");
    boolean bounded = section.has("lowerBound") || section.has("upperBound");
    if (bounded == section.has("change")) {
      section.problem(
          bounded ? "has both bounds and a change" : "has neither a bound nor a change",
          "give lowerBound, upperBound or change; one entry for each");
      return Optional.empty();
    }
    if (bounded) {
      return metric.map(known -> new Threshold.Value(known, slice, lower, upper));
    }
    return metric.flatMap(known -> change(known, slice, section.section("change")));
  }

  private static Optional<Threshold> change(
      Metric metric, Map<String, String> slice, Section change) {
    OptionalDouble absolute = change.number("absolute");
    OptionalDouble relative = change.number("relative");
    if (!change.has("absolute") && !change.has("relative")) {
      change.problem("has no bound", "add absolute or relative");
    }
    return change
        .choice("direction", Threshold.Direction.class)
        .map(direction -> new Threshold.Change(metric, slice, direction, absolute, relative));
  }
}
