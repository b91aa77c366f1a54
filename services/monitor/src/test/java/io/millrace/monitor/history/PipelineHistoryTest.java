package io.millrace.monitor.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PipelineHistoryTest {
  private final PipelineHistory history = new PipelineHistory("flights");

  @Test
  void shouldRememberWhenAnAlertWasRaisedWhateverIsSaidOfItLater() {
    history.accept(alert(1, "0.64", false));
    history.accept(alert(2, "0.61", false));
    history.accept(alert(3, "over", true));

    assertThat(history.alerts())
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.raised().getMessage()).isEqualTo("0.61");
              assertThat(alert.since()).isEqualTo(second(1));
              assertThat(alert.over()).isEqualTo(Optional.of(second(3)));
            });
  }

  @Test
  void shouldTellTwoTimesOfTheSameTroubleApart() {
    history.accept(alert(1, "first", false));
    history.accept(alert(2, "", true));
    history.accept(alert(3, "", true));
    history.accept(alert(4, "again", false));

    assertThat(history.alerts()).extracting(Alert::since).containsExactly(second(4), second(1));
  }

  @Test
  void shouldForgetTheOldestAlertsThatAreOverAndNoneThatIsUp() {
    history.accept(AlertEvent.newBuilder(alert(0, "up", false)).setAlert("other").build());
    for (int number = 1; number <= 2_100; number++) {
      history.accept(alert(2 * number, "up", false));
      history.accept(alert(2 * number + 1, "over", true));
    }

    assertThat(history.alerts()).hasSizeBetween(1_000, 2_000);
    assertThat(history.alerts().getFirst().since()).isEqualTo(second(4_200));
    assertThat(history.alertsUp()).containsExactly("other");
  }

  @Test
  void shouldNotShowWhatIsOverAndNeverWas() {
    history.accept(alert(1, "as services say when they start", true));
    assertThat(history.alerts()).isEmpty();

    history.accept(alert(2, "up", false));
    history.accept(alert(3, "over", true));
    history.accept(alert(4, "over again", true));

    assertThat(history.alerts()).extracting(Alert::over).containsExactly(Optional.of(second(3)));
  }

  @Test
  void shouldKnowWhenAStepBeganAndWhatBecameOfIt() {
    history.accept(step("train", "RUNNING", 5));
    history.accept(step("train", "DONE", 9));

    assertThat(history.run("r1"))
        .hasValueSatisfying(
            steps -> {
              assertThat(steps.begun()).isEqualTo(Map.of("train", second(5)));
              assertThat(steps.run().steps().get("train").getState()).isEqualTo("DONE");
            });
  }

  @Test
  void shouldForgetOneKindOfFactAndNoOther() {
    history.accept(moved(1, 1));
    history.accept(alert(1, "0.64", false));
    history.accept(step("train", "DONE", 9));

    history.forget(Section.RUNS);
    history.forget(Section.ALERTS);

    assertThat(history.runs()).isEmpty();
    assertThat(history.alerts()).isEmpty();
    assertThat(history.models().champion()).isEmpty();
    assertThat(history.models().current("champion")).isPresent();
    history.forget(Section.MODELS);
    assertThat(history.models().aliases()).isEmpty();
  }

  @Test
  void shouldKeepTheModelsOfAPipelineThatIsDeleted() {
    history.accept(moved(1, 1));
    history.accept(
        PipelineVersion.newBuilder()
            .setPipeline("flights")
            .setVersion(2)
            .setDeleted(true)
            .setFile("")
            .setPartitions(0)
            .setSchemas(Map.of())
            .setAppliedAt(second(2))
            .build());

    assertThat(history.models().aliases()).containsOnlyKeys("champion");
  }

  private static Instant second(int number) {
    return Instant.EPOCH.plusSeconds(number);
  }

  private static AlertEvent alert(int second, String message, boolean cleared) {
    return AlertEvent.newBuilder()
        .setPipeline("flights")
        .setAlert("decay/v1")
        .setCode("MODEL_DECAYED")
        .setMessage(message)
        .setCleared(cleared)
        .setBy("test")
        .setAt(second(second))
        .build();
  }

  private static RunStep step(String step, String state, int second) {
    return RunStep.newBuilder()
        .setPipeline("flights")
        .setRun("r1")
        .setStep(step)
        .setState(state)
        .setPipelineVersion(1)
        .setBy("test")
        .setAt(second(second))
        .build();
  }

  private static ModelEvent moved(int version, long sequence) {
    return ModelEvent.newBuilder()
        .setModel("flights")
        .setChange(
            AliasMoved.newBuilder()
                .setAlias("champion")
                .setVersion(version)
                .setSequence(sequence)
                .setReason("")
                .build())
        .setAt(second(version))
        .build();
  }
}
