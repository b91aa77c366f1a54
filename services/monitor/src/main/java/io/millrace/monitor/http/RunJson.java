package io.millrace.monitor.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.Step.Known;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.monitor.history.RunSteps;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Runs as answers show them. */
final class RunJson {
  private RunJson() {}

  static Map<String, Object> of(RunSteps steps) {
    Run run = steps.run();
    ObjectNode request = run.step(Known.REQUESTED).map(Evidence::of).orElseGet(Evidence::create);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("run", run.id());
    body.put("pipelineVersion", run.pipelineVersion());
    body.put("outcome", outcome(run));
    body.put("reason", request.path("reason").asText("unknown"));
    body.put("request", request);
    run.step(Known.REQUESTED)
        .ifPresent(
            requested -> {
              body.put("requestedBy", requested.getBy());
              body.put("requestedAt", requested.getAt());
            });
    end(run)
        .ifPresent(
            last -> {
              body.put("endedAt", last.getAt());
              body.put("code", last.getCode());
              body.put("message", last.getMessage());
              if (Evidence.of(last).has("version")) {
                body.put("version", Evidence.of(last).get("version"));
              }
            });
    body.put(
        "steps",
        run.steps().values().stream()
            .map(step -> step(step, steps.begun().getOrDefault(step.getStep(), step.getAt())))
            .toList());
    return body;
  }

  /** OPEN, LIVE (its model became the champion), REFUSED or FAILED. */
  private static String outcome(Run run) {
    if (run.isOpen()) {
      return "OPEN";
    }
    return run.step(Known.FINISH)
        .filter(step -> run.hasDone(Known.FINISH))
        .map(step -> Evidence.of(step).path("blessed").asBoolean() ? "LIVE" : "REFUSED")
        .orElse("FAILED");
  }

  private static Optional<RunStep> end(Run run) {
    return run.step(Known.FAIL)
        .or(() -> run.step(Known.FINISH).filter(step -> run.hasDone(Known.FINISH)));
  }

  private static Map<String, Object> step(RunStep step, Instant begun) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("step", step.getStep());
    body.put("state", step.getState());
    body.put("attempt", step.getAttempt());
    body.put("begunAt", begun);
    body.put("at", step.getAt());
    body.put("by", step.getBy());
    body.put("code", step.getCode());
    body.put("message", step.getMessage());
    body.put("evidence", Evidence.of(step));
    body.put("inputs", artifacts(step.getInputs()));
    body.put("outputs", artifacts(step.getOutputs()));
    return body;
  }

  private static List<Map<String, Object>> artifacts(List<ArtifactRef> references) {
    return references.stream().map(RunJson::artifact).toList();
  }

  static Map<String, Object> artifact(ArtifactRef reference) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("kind", reference.getKind());
    body.put("uri", reference.getUri());
    body.put("sha256", reference.getSha256());
    body.put("bytes", reference.getBytes());
    return body;
  }
}
