package io.millrace.messaging.runs;

import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.StepState;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * One pass from a training request to a verdict.
 *
 * @param steps the newest record of each step by its name, in the order in which they first came
 */
public record Run(String pipeline, String id, Map<String, RunStep> steps) {
  public Run {
    steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
  }

  /** This run with what another says of its steps later. */
  Run with(Run later) {
    Map<String, RunStep> all = new LinkedHashMap<>(steps);
    all.putAll(later.steps);
    return new Run(pipeline, id, all);
  }

  /** The newest record of a step, if it has begun. */
  public Optional<RunStep> step(Step step) {
    return Optional.ofNullable(steps.get(step.text()));
  }

  /** Whether a step has its outputs, made by this run or by an earlier one. */
  public boolean hasDone(Step step) {
    return step(step).filter(s -> StepState.valueOf(s.getState()).hasOutputs()).isPresent();
  }

  /** Whether it waits for another step; the last one, while it is being done, is waited for. */
  public boolean isOpen() {
    return !hasDone(Step.Known.FINISH) && step(Step.Known.FAIL).isEmpty();
  }

  /** The version of the pipeline file that all of its steps go by. */
  public int pipelineVersion() {
    return steps.values().iterator().next().getPipelineVersion();
  }
}
