package io.millrace.trainer.steps;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.StepState;
import io.millrace.messaging.failures.Failure;
import io.millrace.messaging.runs.StepResult;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.trainer.cards.Card;
import io.millrace.trainer.trees.Parity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RefitStepIT {
  private static final String BLESSED = "{\"blessed\":true}";
  private static final String REFUSED = "{\"blessed\":false}";

  @TempDir static Path folder;
  private static RunFixture transformed;
  private static RunFixture trained;

  @BeforeAll
  static void train() throws Exception {
    transformed = RunFixture.of(folder, FlightRows.pipeline("rounds: 100", "rounds: 200"), 1);
    trained = transformed.with(Step.Known.TRAIN, "{}", transformed.train().outputs());
  }

  @Test
  void shouldTrainTheSameParametersOnAllRows() throws Exception {
    RunFixture blessed = trained.with(Step.Known.EVALUATE, BLESSED, List.of());
    Card candidate = card(blessed, RunFiles.output(trained.run(), Step.Known.TRAIN, RunFiles.CARD));

    // When
    StepResult result = blessed.work(refit(blessed), new ArrayList<>());

    // Then
    Card card = card(blessed, RunFixture.output(result, RunFiles.CARD));
    assertThat(card.candidate()).isEqualTo(candidate.numbers());
    assertThat(card.numbers().rounds()).isEqualTo(candidate.numbers().rounds()).isLessThan(200);
    assertThat(card.numbers().trainRows())
        .isEqualTo(candidate.numbers().trainRows() + candidate.numbers().evalRows());
    assertThat(card.numbers().evalRows()).isZero();
    assertThat(card.numbers().eval()).isNull();
    assertThat(card.numbers().parity()).isLessThanOrEqualTo(Parity.TOLERANCE);
    assertThat(card.sha256()).isNotEqualTo(candidate.sha256());
    assertThat(result.inputs())
        .extracting(ArtifactRef::getKind)
        .containsExactly("manifest", "transform", "card");
    try (OnnxModel model =
        OnnxModel.load(blessed.bytes(RunFixture.output(result, RunFiles.MODEL)), 1)) {
      assertThat(model.output()).isEqualTo("score");
    }
    assertThat(refit(blessed).fingerprint(blessed.run()))
        .isNotEqualTo(train(trained).fingerprint(trained.run()));
  }

  @Test
  void shouldBlameTheStoreThatIsAwayAndTrainWhenItIsBack() throws Exception {
    RunFixture blessed = trained.with(Step.Known.EVALUATE, BLESSED, List.of());

    blessed.rows().away();
    Throwable thrown = catchThrowable(() -> blessed.work(refit(blessed), new ArrayList<>()));
    blessed.rows().back();

    assertThat(Failure.of(thrown).code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
    assertThat(blessed.work(refit(blessed), new ArrayList<>()).outputs()).hasSize(2);
  }

  @Test
  void shouldBeDueForABlessedCandidateOnly() {
    RunFixture blessed = trained.with(Step.Known.EVALUATE, BLESSED, List.of());
    assertThat(isDue(trained)).isFalse();
    assertThat(isDue(blessed)).isTrue();
    assertThat(isDue(trained.with(Step.Known.EVALUATE, REFUSED, List.of()))).isFalse();
    assertThat(isDue(trained.with(Step.Known.EVALUATE, "", List.of()))).isFalse();
    assertThat(isDue(blessed.with(Step.Known.REFIT, "{}", List.of()))).isFalse();
    assertThat(isDue(blessed.with(Step.Known.FAIL, "{}", List.of()))).isFalse();
  }

  @Test
  void shouldNotBeDueWhenTheFileSaysSo() throws Exception {
    RunFixture without =
        trained
            .with(FlightRows.pipeline("refit: true", "refit: false"))
            .with(Step.Known.EVALUATE, BLESSED, List.of());
    assertThat(isDue(without)).isFalse();
  }

  @Test
  void shouldTrainOnceTheTransformIsDone() {
    assertThat(train(transformed).isDue(transformed.run())).isTrue();
    assertThat(train(trained).isDue(trained.run())).isFalse();
    RunFixture running =
        transformed.with(RunFixture.step(Step.Known.TRANSFORM, StepState.RUNNING, "{}", List.of()));
    assertThat(train(running).isDue(running.run())).isFalse();
    RunFixture failed = transformed.with(Step.Known.FAIL, "{}", List.of());
    assertThat(train(failed).isDue(failed.run())).isFalse();
  }

  @Test
  void shouldWaitForThePipeline() {
    TrainStep step = new TrainStep(transformed.workshop(), (name, version) -> Optional.empty());
    assertThat(step.isDue(transformed.run())).isFalse();
  }

  private static boolean isDue(RunFixture fixture) {
    return refit(fixture).isDue(fixture.run());
  }

  private static TrainStep train(RunFixture fixture) {
    return new TrainStep(fixture.workshop(), fixture.pipelines());
  }

  private static RefitStep refit(RunFixture fixture) {
    return new RefitStep(fixture.workshop(), fixture.pipelines());
  }

  private static Card card(RunFixture fixture, ArtifactRef reference) throws Exception {
    return Card.parse(fixture.bytes(reference));
  }
}
