package io.millrace.local.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.Step.Known;
import io.millrace.contracts.runs.StepState;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.models.ModelHistory.Move;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.runs.Runs;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.specific.SpecificRecord;

/**
 * What happens to a pipeline, a line for each event that a person wants to see. May be asked from
 * several threads.
 */
final class Story {
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("d MMM HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final String pipeline;
  private final String metric;
  private final Instant switchAt;
  private final Runs runs = new Runs();
  private final Set<String> told = new HashSet<>();
  private final Set<Instant> windowsOfNext = new TreeSet<>();
  private ModelHistory models;
  private int next;
  private boolean requested;
  private boolean recovered;

  /**
   * @param metric the one whose values are told
   */
  Story(String pipeline, String metric, Instant switchAt) {
    this.pipeline = pipeline;
    this.models = ModelHistory.of(pipeline);
    this.metric = metric;
    this.switchAt = switchAt;
  }

  /** Takes an event; a line when it is worth one. */
  synchronized Optional<String> accept(SpecificRecord event) {
    return switch (event) {
      case RunStep step when step.getPipeline().equals(pipeline) -> run(step);
      case ModelEvent model -> swap(model);
      case MetricsMeasured measured when measured.getPipeline().equals(pipeline) ->
          window(measured);
      case AlertEvent alert when alert.getPipeline().equals(pipeline) -> alert(alert);
      default -> Optional.empty();
    };
  }

  /** Whether a model is being made. */
  synchronized boolean isRunOpen() {
    return runs.of(pipeline).stream().anyMatch(Run::isOpen);
  }

  /** Whether the model that was asked for after the switch has had a whole window. */
  synchronized boolean isRecovered() {
    return recovered;
  }

  private Optional<String> run(RunStep step) {
    runs.accept(step);
    Step known = Step.of(step.getStep());
    JsonNode evidence = Evidence.of(step);
    boolean ended = !step.getState().equals(StepState.RUNNING.name());
    if (known == Known.REQUESTED) {
      boolean decay = evidence.has("version");
      requested |= decay;
      return once(
          step.getRun(),
          "request    run %s: %s %s"
              .formatted(
                  step.getRun(),
                  evidence.path("reason").asText(),
                  decay
                      ? "of %s, training on %s"
                          .formatted(
                              evidence.path("metric").asText(evidence.path("feature").asText()),
                              evidence.path("data").asText())
                      : ""));
    }
    if (known == Known.FAIL) {
      return once(
          step.getRun() + "/end",
          "failed     run %s: %s %s".formatted(step.getRun(), step.getCode(), step.getMessage()));
    }
    if (known == Known.FINISH && ended) {
      return once(
          step.getRun() + "/end",
          "verdict    run %s: %s"
              .formatted(
                  step.getRun(), evidence.path("blessed").asBoolean() ? "blessed" : "refused"));
    }
    return ended
        ? once(step.getRun() + "/" + step.getStep(), "step       " + step.getStep() + " done")
        : Optional.empty();
  }

  private Optional<String> swap(ModelEvent event) {
    Optional<Move> before = models.current(ModelHistory.CHAMPION);
    models = models.with(event);
    Optional<Move> champion = models.current(ModelHistory.CHAMPION);
    return champion.equals(before) ? Optional.empty() : champion.map(this::swap);
  }

  private String swap(Move champion) {
    if (requested && next == 0) {
      next = champion.version();
    }
    return champion
        .previous()
        .map(old -> "swap       version %d in place of %d".formatted(champion.version(), old))
        .orElseGet(() -> "champion   version %d is the first".formatted(champion.version()));
  }

  private Optional<String> window(MetricsMeasured measured) {
    Double value = measured.getMetrics().get(metric);
    if (measured.getVersion() == next && value != null) {
      windowsOfNext.add(measured.getWindowStart());
    }
    if (measured.getClosedBy().isEmpty() || value == null) {
      return Optional.empty();
    }
    // its first window may have begun with the version before
    boolean whole =
        windowsOfNext.size() > 1
            && measured.getWindowStart().isAfter(windowsOfNext.iterator().next());
    boolean first = measured.getVersion() == next && whole && !recovered;
    recovered |= first;
    return once(
        "window/" + measured.getVersion() + "/" + measured.getWindowStart(),
        "%s  version %d to %s: %s %.4f over %,d, %s%s"
            .formatted(
                first ? "recovery " : "window   ",
                measured.getVersion(),
                DAY.format(measured.getWindowEnd()),
                metric,
                value,
                measured.getLabelled(),
                measured.getVerdict().toLowerCase(Locale.ROOT).replace('_', ' '),
                measured.getWindowEnd().isAfter(switchAt) && measured.getVersion() != next
                    ? " (other codes)"
                    : ""));
  }

  private Optional<String> alert(AlertEvent alert) {
    String raised = "alert/" + alert.getAlert();
    if (!alert.getCleared()) {
      return once(raised, "alert      " + alert.getCode() + ": " + alert.getMessage());
    }
    // services also say, when they start, what is over and never was
    return told.contains(raised)
        ? once(raised + "/over", "over       " + alert.getAlert())
        : Optional.empty();
  }

  private Optional<String> once(String key, String line) {
    return told.add(key) ? Optional.of(line) : Optional.empty();
  }
}
