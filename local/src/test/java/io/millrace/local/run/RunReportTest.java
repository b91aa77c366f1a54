package io.millrace.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.StepState;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RunReportTest {
  private static final Instant NOON = Instant.parse("2024-01-01T12:00:00Z");

  private final RunReport report =
      new RunReport(step("requested", StepState.DONE, 0, "{}").build());

  @Test
  void shouldShowHowFarAStepIs() {
    assertThat(
            report.accept(
                step("train", StepState.RUNNING, 1, "{\"share\":0.4,\"round\":40}").build()))
        .isEmpty();

    assertThat(report.percent()).isEqualTo(15 + 14);
    assertThat(report.note()).isEqualTo("train 40 % · round 40");
    assertThat(report.isOver()).isFalse();
  }

  @Test
  void shouldNeverGoBack() {
    report.accept(step("train", StepState.RUNNING, 1, "{\"share\":1}").build());
    report.accept(step("train", StepState.RUNNING, 2, "{}").setAttempt(2).build());

    assertThat(report.percent()).isEqualTo(50);
    assertThat(report.note()).isEqualTo("train (attempt 2)");
  }

  @Test
  void shouldGiveALineForEachStepThatEnds() {
    report.accept(step("transform", StepState.RUNNING, 1, "{}").build());

    assertThat(
            report.accept(
                step("transform", StepState.DONE, 4, "{\"rows\":393569,\"seconds\":2.9}").build()))
        .contains("  transform  done        3.0 s · rows 393,569");
    assertThat(
            report.accept(
                step("train", StepState.SKIPPED, 5, "{\"skipped\":\"unchanged since run r0\"}")
                    .build()))
        .contains("  train      skipped     0.0 s · unchanged since run r0");
  }

  @Test
  void shouldSayWhatIsLiveAndWithWhichNumbers() {
    report.accept(
        step(
                "evaluate",
                StepState.DONE,
                20,
                """
                {"blessed":true,"rubberStamp":true,"missingThresholds":false,"rows":78779,
                 "checks":[{"metric":"auc","slice":{},"lowerBound":0.65,"outcome":"passed","candidate":0.73312},
                           {"metric":"auc","slice":{"hour":3},"change":{},"outcome":"skipped"}],
                 "metrics":{"auc":0.73312}}
                """)
            .build());
    report.accept(step("finish", StepState.DONE, 31, "{\"blessed\":true,\"version\":1}").build());

    assertThat(report.isOver()).isTrue();
    assertThat(report.isLive()).isTrue();
    assertThat(report.percent()).isEqualTo(100);
    assertThat(report.verdict())
        .containsExactly(
            "LIVE after 31.0 s: flights version 1 · blessed · rows 78,779 · auc 0.7331",
            "  auc >= 0.6500: passed, 0.7331",
            "  auc hour=3 against the champion: skipped",
            "  there was no champion to compare with: only the bounds were checked");
  }

  @Test
  void shouldSayWhatAVerdictHasTooFewRowsFor() {
    report.accept(
        step(
                "evaluate",
                StepState.DONE,
                20,
                """
                {"blessed":false,"rows":7,
                 "shortages":[{"of":"held-out rows","rows":7,"least":100}],"checks":[]}
                """)
            .build());
    report.accept(step("finish", StepState.DONE, 31, "{\"blessed\":false}").build());

    assertThat(report.verdict()).contains("  held-out rows >= 100: failed, 7");
  }

  @Test
  void shouldWarnOfAWindowThatLeavesMostRowsOut() {
    String line = "{\"rows\":%d,\"rowsOutsideWindow\":%d}";

    assertThat(
            report.accept(step("transform", StepState.DONE, 2, line.formatted(34, 14968)).build()))
        .hasValueSatisfying(
            said ->
                assertThat(said)
                    .endsWith(
                        "rows 34%n  WARNING: train.window leaves out 14,968 of 15,002 rows; without it a run learns from all"
                            .formatted()));
    assertThat(report.accept(step("transform", StepState.DONE, 2, line.formatted(34, 34)).build()))
        .hasValueSatisfying(said -> assertThat(said).doesNotContain("WARNING"));
  }

  @Test
  void shouldSayHowManyRowsMeantSomethingElse() {
    assertThat(
            report.accept(
                step("transform", StepState.DONE, 2, "{\"rows\":34,\"rowsOfOtherMeaning\":1200}")
                    .build()))
        .hasValueSatisfying(
            said ->
                assertThat(said)
                    .endsWith(
                        "rows 34%n  1,200 rows are left out: their label or features meant something else, by an earlier version of the file"
                            .formatted()));
  }

  @Test
  void shouldSayThatACandidateIsRefused() {
    report.accept(
        step(
                "evaluate",
                StepState.DONE,
                9,
                """
                {"blessed":false,"checks":[{"metric":"auc","slice":{},"lowerBound":0.65,
                 "outcome":"failed","message":"0.6 is below 0.65","candidate":0.6}]}
                """)
            .build());
    report.accept(step("finish", StepState.DONE, 10, "{\"blessed\":false}").build());

    assertThat(report.isLive()).isFalse();
    assertThat(report.verdict())
        .containsExactly(
            "REFUSED after 10.0 s: NOT_BLESSED",
            "  auc >= 0.6500: failed, 0.6000, 0.6 is below 0.65");
  }

  @Test
  void shouldSayWhichStepFailedWithWhichCode() {
    assertThat(
            report.accept(
                step("transform", StepState.FAILED, 2, "{}")
                    .setCode("NO_TRAINING_ROWS")
                    .setMessage("no rows")
                    .build()))
        .contains("  transform  failed      0.0 s · NO_TRAINING_ROWS: no rows");
    report.accept(
        step("fail", StepState.FAILED, 2, "{\"step\":\"transform\"}")
            .setCode("NO_TRAINING_ROWS")
            .setMessage("no rows")
            .build());

    assertThat(report.isOver()).isTrue();
    assertThat(report.isLive()).isFalse();
    assertThat(report.verdict())
        .containsExactly("FAILED after 2.0 s in transform: NO_TRAINING_ROWS: no rows");
  }

  @Test
  void shouldNotEndWhileTheLastStepIsAtWorkOrWithAnotherRun() {
    report.accept(step("finish", StepState.RUNNING, 1, "{}").build());
    report.accept(step("fail", StepState.FAILED, 1, "{}").setRun("other").build());
    report.accept(step("canary", StepState.DONE, 1, "{}").build());

    assertThat(report.isOver()).isFalse();
    assertThat(report.percent()).isEqualTo(90);
  }

  private static RunStep.Builder step(String step, StepState state, int second, String evidence) {
    return RunStep.newBuilder()
        .setPipeline("flights")
        .setRun("r1")
        .setStep(step)
        .setState(state.name())
        .setPipelineVersion(1)
        .setEvidence(evidence)
        .setBy("test")
        .setAt(NOON.plusSeconds(second));
  }
}
