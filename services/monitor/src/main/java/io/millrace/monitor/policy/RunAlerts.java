package io.millrace.monitor.policy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.runs.Step;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the runs of a pipeline give reason to be alarmed about. */
final class RunAlerts {
  private RunAlerts() {}

  /** Until a later run ends well, or fails for its part. */
  static Optional<Alert> failed(Facts facts) {
    return facts.takenRuns().reversed().stream()
        .filter(run -> !run.isOpen())
        .findFirst()
        .filter(run -> !run.hasDone(Step.Known.FINISH))
        .flatMap(run -> run.step(Step.Known.FAIL).map(end -> failed(run, end)));
  }

  private static Alert failed(Run run, RunStep end) {
    String step = Evidence.of(end).path("step").asText();
    return new Alert(
        "run-failed/" + run.id(),
        code(end.getCode()),
        "run %s failed in step %s: %s: %s"
            .formatted(run.id(), step, end.getCode(), end.getMessage()),
        Evidence.create()
            .put("run", run.id())
            .put("step", step)
            .put("code", end.getCode())
            .put("message", end.getMessage()));
  }

  /** Of the newest run whose transform is fitted, until one has values to learn from. */
  static List<Alert> leftOut(Facts facts) {
    List<Alert> alerts = new ArrayList<>();
    facts.takenRuns().reversed().stream()
        .filter(run -> run.hasDone(Step.Known.TRANSFORM))
        .findFirst()
        .ifPresent(
            run ->
                run.step(Step.Known.TRANSFORM)
                    .map(Evidence::of)
                    .orElseGet(Evidence::create)
                    .path("leftOut")
                    .forEach(dead -> alerts.add(leftOut(run, dead))));
    return alerts;
  }

  private static Alert leftOut(Run run, JsonNode dead) {
    String input = dead.path("input").asText();
    ErrorCode code = code(dead.path("code").asText());
    return new Alert(
        "input-left-out/" + input,
        code,
        "the models of run %s do without %s: %s".formatted(run.id(), input, code),
        Evidence.create().put("run", run.id()).put("input", input));
  }

  /** A newer Millrace may have further ones. */
  private static ErrorCode code(String name) {
    return Arrays.stream(ErrorCode.values())
        .filter(code -> code.name().equals(name))
        .findFirst()
        .orElse(ErrorCode.INTERNAL);
  }
}
