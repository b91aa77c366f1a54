package io.millrace.evaluator.steps;

import static io.millrace.contracts.runs.Step.Known.EVALUATE;
import static io.millrace.contracts.runs.Step.Known.FAIL;
import static io.millrace.contracts.runs.Step.Known.FINISH;
import static io.millrace.contracts.runs.Step.Known.REFIT;
import static io.millrace.contracts.runs.Step.Known.REQUESTED;
import static io.millrace.contracts.runs.Step.Known.TRAIN;
import static io.millrace.contracts.runs.Step.Known.TRANSFORM;
import static io.millrace.contracts.runs.StepState.DONE;
import static io.millrace.contracts.runs.StepState.FAILED;
import static io.millrace.contracts.runs.StepState.RUNNING;
import static io.millrace.contracts.runs.StepState.SKIPPED;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.StepState;
import io.millrace.messaging.runs.Runs;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WaitingStepsTest {
  private final Runs runs = new Runs();

  @Test
  void shouldCountAStepFromTheEndOfTheOneBeforeUntilItIsDone() {
    assertThat(WaitingSteps.count(runs)).isZero();
    assertThat(after("p", "r", REQUESTED, DONE)).isZero();
    assertThat(after("p", "r", TRANSFORM, RUNNING)).isZero();
    assertThat(after("p", "r", TRANSFORM, DONE)).isOne();
    assertThat(after("p", "r", TRAIN, RUNNING)).isOne();
    assertThat(after("p", "r", TRAIN, DONE)).isZero();
    assertThat(after("p", "r", EVALUATE, RUNNING)).isZero();
    assertThat(after("p", "r", EVALUATE, DONE, "{\"blessed\": true, \"refit\": true}")).isOne();
    assertThat(after("p", "r", REFIT, RUNNING)).isOne();
    assertThat(after("p", "r", REFIT, DONE)).isZero();
    assertThat(after("p", "r", FINISH, RUNNING)).isZero();
    assertThat(after("p", "r", FINISH, DONE)).isZero();
  }

  @Test
  void shouldCountNoStepThatIsSkipped() {
    assertThat(after("p", "r", TRANSFORM, SKIPPED)).isOne();
    assertThat(after("p", "r", TRAIN, SKIPPED)).isZero();
    assertThat(after("p", "r", EVALUATE, SKIPPED, "{\"blessed\": true, \"refit\": true}")).isOne();
    assertThat(after("p", "r", REFIT, SKIPPED)).isZero();
  }

  @Test
  void shouldNotWaitForARefitThatNobodyWants() {
    after("p", "r", TRANSFORM, DONE);
    after("p", "r", TRAIN, DONE);

    assertThat(after("p", "r", EVALUATE, DONE, "{\"blessed\": false, \"refit\": true}")).isZero();
    assertThat(after("p", "r", EVALUATE, DONE, "{\"blessed\": true, \"refit\": false}")).isZero();
  }

  /** A step that waits for a neighbour, or is tried again, goes on as RUNNING. */
  @Test
  void shouldCountAStepThatIsTriedAgainUntilItsRunFails() {
    after("p", "r", TRANSFORM, DONE);

    assertThat(after("p", "r", TRAIN, RUNNING, "{\"waiting\": {\"code\": \"INTERNAL\"}}")).isOne();
    assertThat(after("p", "r", TRAIN, RUNNING)).isOne();
    after("p", "r", TRAIN, FAILED);
    assertThat(after("p", "r", FAIL, FAILED)).isZero();
  }

  /** As monitor ends a run that takes too long, or whose pipeline is deleted. */
  @Test
  void shouldCountNothingOfARunThatOthersEnded() {
    after("p", "r", TRANSFORM, DONE);
    after("p", "r", TRAIN, RUNNING);
    after("p", "r", FAIL, FAILED);

    assertThat(after("p", "r", TRAIN, RUNNING)).isZero();
  }

  @Test
  void shouldCountOverRunsAndPipelines() {
    after("p", "r1", TRANSFORM, DONE);
    after("p", "r2", TRANSFORM, DONE);
    after("q", "r1", TRANSFORM, DONE);

    assertThat(after("p", "r1", TRAIN, RUNNING)).isEqualTo(3);
    assertThat(after("p", "r1", TRAIN, DONE)).isEqualTo(2);
  }

  private int after(String pipeline, String run, Step step, StepState state) {
    return after(pipeline, run, step, state, "{}");
  }

  private int after(String pipeline, String run, Step step, StepState state, String evidence) {
    runs.accept(
        RunStep.newBuilder()
            .setPipeline(pipeline)
            .setRun(run)
            .setStep(step.text())
            .setState(state.name())
            .setPipelineVersion(1)
            .setBy("test")
            .setAt(Instant.EPOCH)
            .setEvidence(evidence)
            .build());
    return WaitingSteps.count(runs);
  }
}
