package io.millrace.messaging.runs;

import static io.millrace.messaging.runs.RunSteps.step;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.StepState;
import java.util.List;
import org.junit.jupiter.api.Test;

class RunsTest {
  private final Runs runs = new Runs();
  private final StepWork train = new TrainOnly();

  @Test
  void shouldHaveNothingDueBeforeItIsAskedFor() {
    assertThat(runs.due(List.of(train), due -> true)).isEmpty();
  }

  @Test
  void shouldFindTheStepThatAnOpenRunWaitsFor() {
    runs.accept(step("r1", "requested", StepState.DONE));
    assertThat(runs.due(List.of(train), due -> true)).isEmpty();
    runs.accept(step("r1", "transform", StepState.SKIPPED));

    assertThat(runs.due(List.of(train), due -> true).orElseThrow().run().id()).isEqualTo("r1");
    runs.accept(step("r1", "train", StepState.RUNNING));
    assertThat(runs.due(List.of(train), due -> true)).isPresent();
    runs.accept(step("r1", "train", StepState.DONE));
    assertThat(runs.due(List.of(train), due -> true)).isEmpty();
  }

  @Test
  void shouldNotTouchARunThatHasEnded() {
    runs.accept(step("r1", "transform", StepState.DONE));
    runs.accept(step("r1", "fail", StepState.FAILED));

    assertThat(runs.due(List.of(train), due -> true)).isEmpty();
  }

  @Test
  void shouldStayOpenWhileItsLastStepIsAtWork() {
    runs.accept(step("r1", "transform", StepState.DONE));
    runs.accept(step("r1", "finish", StepState.RUNNING));
    assertThat(runs.of("p").getFirst().isOpen()).isTrue();

    runs.accept(step("r1", "finish", StepState.DONE));
    assertThat(runs.of("p").getFirst().isOpen()).isFalse();
  }

  @Test
  void shouldCountTheLastWordAndSurviveRepetition() {
    for (int i = 0; i < 2; i++) {
      runs.accept(step("r1", "requested", StepState.DONE));
      runs.accept(step("r1", "transform", StepState.RUNNING));
      runs.accept(step("r1", "transform", StepState.DONE));
    }

    Run run = runs.of("p").getFirst();
    assertThat(run.steps()).hasSize(2);
    assertThat(run.hasDone(Step.Known.TRANSFORM)).isTrue();
    assertThat(run.isOpen()).isTrue();
  }

  @Test
  void shouldCarryAStepOfANewerVersionAlong() {
    runs.accept(step("r1", "canary", StepState.DONE));

    assertThat(runs.of("p").getFirst().step(new Step.Unknown("canary"))).isPresent();
    assertThat(runs.of("p").getFirst().isOpen()).isTrue();
  }

  @Test
  void shouldKnowTheRunsThatWereAskedForEarlier() {
    runs.accept(step("r1", "finish", StepState.DONE));
    runs.accept(step("r2", "requested", StepState.DONE));
    runs.accept(step("r3", "transform", StepState.DONE));

    assertThat(runs.due(List.of(train), due -> true).orElseThrow().earlier().stream().map(Run::id))
        .containsExactly("r1", "r2");
  }

  @Test
  void shouldForgetTheOldestThatIsOverOfMoreThanAThousand() {
    Runs all = Runs.all();
    runs.accept(step("open", "requested", StepState.DONE));
    for (int number = 0; number < 1_200; number++) {
      for (String step : List.of("requested", "finish")) {
        runs.accept(step("r" + number, step, StepState.DONE));
        all.accept(step("r" + number, step, StepState.DONE));
      }
    }

    List<Run> known = runs.of("p");

    assertThat(known)
        .hasSize(1_000)
        .extracting(Run::id)
        .startsWith("open", "r201")
        .endsWith("r1199");
    assertThat(known).filteredOn(Run::isOpen).hasSize(1);
    assertThat(all.of("p")).hasSize(1_200);
  }

  private static final class TrainOnly implements StepWork {
    @Override
    public Step.Known step() {
      return Step.Known.TRAIN;
    }

    @Override
    public boolean isDue(Run run) {
      return run.hasDone(Step.Known.TRANSFORM) && !run.hasDone(Step.Known.TRAIN);
    }

    @Override
    public String fingerprint(Run run) {
      return "";
    }

    @Override
    public StepResult work(Run run, List<Run> earlier, Progress progress) {
      throw new UnsupportedOperationException();
    }
  }
}
