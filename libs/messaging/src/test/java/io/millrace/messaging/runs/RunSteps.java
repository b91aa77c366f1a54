package io.millrace.messaging.runs;

import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.StepState;
import java.time.Instant;

/** What is said of runs in tests. */
final class RunSteps {
  private RunSteps() {}

  static RunStep step(String run, String step, StepState state) {
    return RunStep.newBuilder()
        .setPipeline("p")
        .setRun(run)
        .setStep(step)
        .setState(state.name())
        .setPipelineVersion(3)
        .setBy("test")
        .setAt(Instant.EPOCH)
        .build();
  }
}
