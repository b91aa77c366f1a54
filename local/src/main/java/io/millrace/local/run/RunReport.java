package io.millrace.local.run;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.Step.Known;
import io.millrace.contracts.runs.StepState;
import io.millrace.messaging.runs.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a person reads of one run, as its events come. */
final class RunReport {
  private final RunStep requested;
  private final Map<String, Instant> begun = new HashMap<>();
  private RunStep newest;
  private Optional<RunStep> verdict = Optional.empty();
  private Optional<RunStep> end = Optional.empty();
  private int percent;

  RunReport(RunStep requested) {
    this.requested = requested;
    this.newest = requested;
  }

  /** Takes an event; a line when it ends a step of this run. */
  Optional<String> accept(RunStep step) {
    if (!step.getRun().equals(requested.getRun()) || isOver()) {
      return Optional.empty();
    }
    newest = step;
    begun.putIfAbsent(step.getStep(), step.getAt());
    percent = Math.max(percent, percent(step));
    Step known = Step.of(step.getStep());
    boolean running = step.getState().equals(StepState.RUNNING.name());
    if (known == Known.EVALUATE && !running) {
      verdict = Optional.of(step);
    }
    if (known == Known.FAIL || (known == Known.FINISH && hasOutputs(step))) {
      end = Optional.of(step);
    }
    return running || known == Known.REQUESTED || known == Known.FAIL
        ? Optional.empty()
        : Optional.of(line(step));
  }

  /** Whether nothing more will come. */
  boolean isOver() {
    return end.isPresent();
  }

  /** Whether the model that the run made has gone live. */
  boolean isLive() {
    return end.filter(step -> Step.of(step.getStep()) == Known.FINISH)
        .filter(step -> Evidence.of(step).path("blessed").asBoolean())
        .isPresent();
  }

  /** How much is done, of 100. */
  int percent() {
    return percent;
  }

  /** What it is at. */
  String note() {
    JsonNode evidence = Evidence.of(newest);
    String share =
        evidence.has("share") ? " %.0f %%".formatted(evidence.get("share").asDouble() * 100) : "";
    String attempt = newest.getAttempt() > 1 ? " (attempt " + newest.getAttempt() + ")" : "";
    return newest.getStep() + share + attempt + EvidenceText.of(evidence);
  }

  /** How it ended: a line, and one for each threshold. */
  List<String> verdict() {
    RunStep last = end.orElseThrow();
    String took = seconds(requested.getAt(), last.getAt());
    if (Step.of(last.getStep()) == Known.FAIL) {
      return List.of(
          "FAILED after %s in %s: %s: %s"
              .formatted(
                  took,
                  Evidence.of(last).path("step").asText("a step"),
                  last.getCode(),
                  last.getMessage()));
    }
    JsonNode judged = verdict.<JsonNode>map(Evidence::of).orElseGet(Evidence::create);
    String head =
        isLive()
            ? "LIVE after %s: %s version %s"
                .formatted(took, last.getPipeline(), Evidence.of(last).path("version").asText("?"))
            : "REFUSED after %s: NOT_BLESSED".formatted(took);
    List<String> lines = new ArrayList<>(List.of(head + EvidenceText.of(judged)));
    lines.addAll(ChecksText.of(judged));
    if (judged.path("rubberStamp").asBoolean()) {
      lines.add("  there was no champion to compare with: only the bounds were checked");
    }
    return lines;
  }

  private String line(RunStep step) {
    JsonNode evidence = Evidence.of(step);
    Instant since = begun.getOrDefault(step.getStep(), step.getAt());
    String failure =
        step.getCode().isEmpty() ? "" : " · " + step.getCode() + ": " + step.getMessage();
    String skipped = evidence.has("skipped") ? " · " + evidence.get("skipped").asText() : "";
    return "  %-10s %-8s %8s%s%s%s%s"
        .formatted(
            step.getStep(),
            step.getState().toLowerCase(Locale.ROOT),
            seconds(since, step.getAt()),
            skipped,
            EvidenceText.of(evidence),
            failure,
            leftOut(evidence));
  }

  /**
   * Rows that are not learned from: those whose label or features meant something else, those whose
   * features could not be computed, and those outside a window, which leaves hardly any where it
   * was meant for other data.
   */
  private static String leftOut(JsonNode evidence) {
    long others = evidence.path("rowsOfOtherMeaning").asLong();
    long incomplete = evidence.path("rowsIncomplete").asLong();
    String text =
        others == 0
            ? ""
            : "%n  %,d rows are left out: their label or features meant something else, by an earlier version of the file"
                .formatted(others);
    text +=
        incomplete == 0
            ? ""
            : "%n  %,d incomplete rows are left out: some of their features could not be computed"
                .formatted(incomplete);
    long outside = evidence.path("rowsOutsideWindow").asLong();
    long rows = evidence.path("rows").asLong();
    return outside <= rows
        ? text
        : text
            + "%n  WARNING: train.window leaves out %,d of %,d rows; without it a run learns from all"
                .formatted(outside, outside + rows);
  }

  private static boolean hasOutputs(RunStep step) {
    return step.getState().equals(StepState.DONE.name())
        || step.getState().equals(StepState.SKIPPED.name());
  }

  private static String seconds(Instant from, Instant to) {
    return "%.1f s".formatted(Duration.between(from, to).toMillis() / 1000.0);
  }

  /** Where a step begins and ends, by how long the steps take on the flights. */
  private int percent(RunStep step) {
    if (!(Step.of(step.getStep()) instanceof Known known)) {
      return percent;
    }
    int begin =
        switch (known) {
          case REQUESTED, TRANSFORM -> 0;
          case TRAIN -> 15;
          case EVALUATE -> 50;
          case REFIT -> 60;
          case FINISH -> 90;
          case FAIL -> percent;
        };
    int stop =
        switch (known) {
          case REQUESTED -> 0;
          case TRANSFORM -> 15;
          case TRAIN -> 50;
          case EVALUATE -> 60;
          case REFIT -> 90;
          case FINISH -> 100;
          case FAIL -> percent;
        };
    double share =
        step.getState().equals(StepState.RUNNING.name())
            ? Evidence.of(step).path("share").asDouble()
            : 1;
    return begin + (int) Math.round((stop - begin) * Math.clamp(share, 0, 1));
  }
}
