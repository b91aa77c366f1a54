package io.millrace.monitor.history;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.DriftMeasured;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.parts.PartKey;
import io.millrace.messaging.parts.PartTotals;
import io.millrace.messaging.runs.Runs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What has been said of one pipeline; of each thing the last word counts, and of what there is no
 * end of the newest is known.
 */
public final class PipelineHistory {
  private record MetricsKey(Instant window, int version) {}

  private record DriftKey(Instant window, String kind, String field) {}

  /** Of some 30 windows a day and ten versions, those of a month. */
  private static final int MOST_METRICS = 10_000;

  /** Of 20 fields in 1,000 windows, against another window and against the training. */
  private static final int MOST_DRIFT = 40_000;

  private static final int MOST_ALERTS = 2_000;

  private final String pipeline;
  private final Runs runs = new Runs();
  private final Map<String, Map<String, Instant>> begun = new HashMap<>();
  private final PartTotals parts;
  private final Map<String, List<Alert>> alerts = new LinkedHashMap<>();
  private final TreeMap<MetricsKey, MetricsMeasured> metrics =
      new TreeMap<>(Comparator.comparing(MetricsKey::window).thenComparingInt(MetricsKey::version));
  private final TreeMap<DriftKey, DriftMeasured> drift =
      new TreeMap<>(
          Comparator.comparing(DriftKey::window)
              .thenComparing(DriftKey::kind)
              .thenComparing(DriftKey::field));
  private Optional<PipelineVersion> newest = Optional.empty();
  private ModelHistory models;

  PipelineHistory(String pipeline) {
    this.pipeline = pipeline;
    this.parts = new PartTotals(pipeline);
    this.models = ModelHistory.of(pipeline);
  }

  synchronized void accept(PipelineVersion version) {
    if (newest.filter(known -> known.getVersion() > version.getVersion()).isEmpty()) {
      newest = Optional.of(version);
    }
  }

  synchronized void accept(RunStep step) {
    runs.accept(step).ifPresent(forgotten -> begun.remove(forgotten.id()));
    begun
        .computeIfAbsent(step.getRun(), run -> new HashMap<>())
        .putIfAbsent(step.getStep(), step.getAt());
  }

  synchronized void accept(ModelEvent event) {
    models = models.with(event);
  }

  synchronized void accept(PartWritten part) {
    parts.accept(part);
  }

  synchronized void delete(PartKey part) {
    parts.delete(part);
  }

  synchronized void accept(MetricsMeasured measured) {
    metrics.put(new MetricsKey(measured.getWindowStart(), measured.getVersion()), measured);
    if (metrics.size() > MOST_METRICS) {
      metrics.pollFirstEntry();
    }
  }

  synchronized void accept(DriftMeasured measured) {
    drift.put(
        new DriftKey(measured.getWindowStart(), measured.getKind(), measured.getField()), measured);
    if (drift.size() > MOST_DRIFT) {
      drift.pollFirstEntry();
    }
  }

  /** That something is over which never was, as services say at their start, is no news. */
  synchronized void accept(AlertEvent event) {
    List<Alert> times = alerts.getOrDefault(event.getAlert(), List.of());
    boolean isUp = !times.isEmpty() && times.getLast().over().isEmpty();
    if (isUp) {
      times.set(times.size() - 1, times.getLast().with(event));
    } else if (!event.getCleared()) {
      alerts.computeIfAbsent(event.getAlert(), alert -> new ArrayList<>()).add(Alert.of(event));
      forgetAlerts();
    }
  }

  /** The oldest that are over, half of them, so that this is rare. */
  private void forgetAlerts() {
    if (alerts.values().stream().mapToInt(List::size).sum() > MOST_ALERTS) {
      Set<Alert> old =
          alerts.values().stream()
              .flatMap(List::stream)
              .filter(alert -> alert.over().isPresent())
              .sorted(Comparator.comparing(Alert::since))
              .limit(MOST_ALERTS / 2)
              .collect(Collectors.toSet());
      alerts.values().forEach(times -> times.removeAll(old));
      alerts.values().removeIf(List::isEmpty);
    }
  }

  /** As if nothing had been said of this kind; its file is what it is. */
  synchronized void forget(Section section) {
    switch (section) {
      case DATA -> parts.clear();
      case RUNS -> {
        runs.forget(pipeline);
        begun.clear();
      }
      case MODELS -> models = ModelHistory.of(pipeline);
      case METRICS -> metrics.clear();
      case DRIFT -> drift.clear();
      case ALERTS -> alerts.clear();
      case PIPELINE, SERVICES -> {}
    }
  }

  public String pipeline() {
    return pipeline;
  }

  /** The newest version of its file; a deletion is one too. */
  public synchronized Optional<PipelineVersion> newest() {
    return newest;
  }

  /** In the order in which they were asked for. */
  public synchronized List<RunSteps> runs() {
    return runs.of(pipeline).stream()
        .map(run -> new RunSteps(run, begun.getOrDefault(run.id(), Map.of())))
        .toList();
  }

  public Optional<RunSteps> run(String id) {
    return runs().stream().filter(steps -> steps.run().id().equals(id)).findFirst();
  }

  public synchronized ModelHistory models() {
    return models;
  }

  /** How many parts of rows are announced. */
  public synchronized long parts() {
    return parts.parts();
  }

  /** Rows that are announced. */
  public synchronized long rows() {
    return parts.rows();
  }

  /** By window and version. */
  public synchronized List<MetricsMeasured> metrics() {
    return List.copyOf(metrics.values());
  }

  /** By window, kind and field. */
  public synchronized List<DriftMeasured> drift() {
    return List.copyOf(drift.values());
  }

  /** What the alerts are about that are not over. */
  public synchronized Set<String> alertsUp() {
    return alerts.entrySet().stream()
        .filter(times -> times.getValue().getLast().over().isEmpty())
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }

  /** The latest first. */
  public synchronized List<Alert> alerts() {
    return alerts.values().stream()
        .flatMap(List::stream)
        .sorted(Comparator.comparing(Alert::since).reversed())
        .toList();
  }
}
