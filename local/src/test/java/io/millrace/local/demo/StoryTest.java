package io.millrace.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.RunStep;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoryTest {
  private static final Instant SWITCH = Instant.parse("2001-01-30T12:00:00Z");

  private final Story story = new Story("flights", "auc", SWITCH);

  @Test
  void shouldSeeTheRecoveryInTheFirstWholeWindowOfTheModelThatWasAskedForAfterADecay() {
    story.accept(step("r0", "requested", "DONE", "{\"reason\": \"first\"}"));
    assertThat(story.isRunOpen()).isTrue();
    story.accept(step("r0", "finish", "DONE", "{\"blessed\": true}"));
    assertThat(story.accept(champion(1, null, 1))).contains("champion   version 1 is the first");
    assertThat(story.isRunOpen()).isFalse();

    story.accept(window(1, "2001-02-01T00:00:00Z", "EVENT_TIME"));
    story.accept(step("r1", "requested", "DONE", "{\"reason\": \"decay\", \"version\": 1}"));
    story.accept(champion(2, 1, 2));
    story.accept(window(2, "2001-02-03T00:00:00Z", ""));
    story.accept(window(2, "2001-02-03T00:00:00Z", "EVENT_TIME"));
    assertThat(story.isRecovered()).as("it began with the version before").isFalse();

    story.accept(window(2, "2001-02-04T00:00:00Z", ""));
    assertThat(story.isRecovered()).as("it is open").isFalse();
    assertThat(story.accept(window(2, "2001-02-04T00:00:00Z", "EVENT_TIME")))
        .hasValueSatisfying(line -> assertThat(line).startsWith("recovery"));
    assertThat(story.isRecovered()).isTrue();
  }

  @Test
  void shouldTellAnEventOnceHoweverOftenItComes() {
    assertThat(story.accept(champion(1, null, 1))).isPresent();
    assertThat(story.accept(champion(1, null, 1))).isEmpty();
    assertThat(story.accept(window(1, "2001-01-20T00:00:00Z", "EVENT_TIME"))).isPresent();
    assertThat(story.accept(window(1, "2001-01-20T00:00:00Z", "EVENT_TIME"))).isEmpty();
  }

  @Test
  void shouldTellWhatIsOverOnlyOfWhatItToldWasUp() {
    assertThat(story.accept(alert("store", true))).as("said when a service starts").isEmpty();
    assertThat(story.accept(alert("store", false))).contains("alert      STORE_AWAY: no answer");
    assertThat(story.accept(alert("store", true))).contains("over       store");
    assertThat(story.accept(alert("store", true))).isEmpty();
  }

  private static RunStep step(String run, String step, String state, String evidence) {
    return RunStep.newBuilder()
        .setPipeline("flights")
        .setRun(run)
        .setStep(step)
        .setState(state)
        .setPipelineVersion(1)
        .setInputs(List.of())
        .setOutputs(List.of())
        .setEvidence(evidence)
        .setBy("test")
        .setAt(SWITCH)
        .build();
  }

  private static AlertEvent alert(String alert, boolean cleared) {
    return AlertEvent.newBuilder()
        .setPipeline("flights")
        .setAlert(alert)
        .setCode("STORE_AWAY")
        .setMessage("no answer")
        .setCleared(cleared)
        .setBy("test")
        .setEvidence("{}")
        .setAt(SWITCH)
        .build();
  }

  private static ModelEvent champion(
      int version, @org.jspecify.annotations.Nullable Integer previous, long sequence) {
    return new ModelEvent(
        "flights", new AliasMoved("champion", version, previous, sequence, "test"), SWITCH);
  }

  private static MetricsMeasured window(int version, String start, String closedBy) {
    return MetricsMeasured.newBuilder()
        .setPipeline("flights")
        .setVersion(version)
        .setWindowStart(Instant.parse(start))
        .setWindowEnd(Instant.parse(start).plusSeconds(86_400))
        .setRevision(1)
        .setPredictions(10)
        .setLabelled(10)
        .setMetrics(Map.of("auc", 0.7))
        .setClosedBy(closedBy)
        .setVerdict("HEALTHY")
        .setAt(SWITCH)
        .build();
  }
}
