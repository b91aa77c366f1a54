package io.millrace.monitor.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.pipeline.Monitor;
import io.millrace.contracts.pipeline.Monitor.Drift;
import io.millrace.contracts.pipeline.Monitor.Retrain;
import io.millrace.contracts.pipeline.Monitor.Signal;
import io.millrace.messaging.runs.Evidence;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RetrainPolicyTest {
  private static final long DAY = Duration.ofDays(1).toNanos() / 1000;

  private final Monitor monitor =
      new Monitor(
          Duration.ofDays(1),
          Drift.DEFAULT,
          Optional.empty(),
          new Retrain(Set.of(Signal.DECAY), 1000, Duration.ofDays(2), Set.of(Signal.DRIFT)));
  private final RetrainPolicy policy = new RetrainPolicy("flights", monitor);
  private final Facts facts = new Facts("flights");
  private final Map<String, Long> askedAt = new HashMap<>();

  @Test
  void shouldAskOnceHoweverOftenTheDecayIsTold() {
    champion(1);
    int asked = 0;
    for (int i = 0; i < 5; i++) {
      Optional<Request> request = decide(decay(1, 30, 31), 32);
      asked += request.isPresent() ? 1 : 0;
      request.ifPresent(r -> requested(r, 32));
      facts.runs().forEach(run -> step(run.id(), "requested", "DONE", ""));
    }
    assertThat(asked).isEqualTo(1);
    step(facts.runs().getFirst().id(), "finish", "DONE", "");
    assertThat(decide(decay(1, 30, 31), 90)).as("the same window").isEmpty();
    assertThat(decide(decay(1, 30, 32), 33)).as("within the cooldown").isEmpty();
    assertThat(decide(decay(1, 30, 33), 34)).as("after it").isPresent();
  }

  @Test
  void shouldGiveTheSameDecayTheSameIdWhoeverAsks() {
    champion(1);
    Facts others = new Facts("flights");
    others.accept(moved(1));

    assertThat(policy.decide(others, List.of(decay(1, 30, 31)), Map.of(), 40 * DAY))
        .map(Request::run)
        .isEqualTo(decide(decay(1, 30, 31), 32).map(Request::run));
    assertThat(decide(decay(1, 30, 31), 32).orElseThrow().run()).startsWith("19700201T000000-");
  }

  @Test
  void shouldNotAskForAVersionThatIsNotLiveNorWhenASignalOnlyWarns() {
    champion(2);
    assertThat(decide(decay(1, 30, 31), 32)).isEmpty();
    assertThat(decide(new Trouble(Signal.DRIFT, 2, "origin", DAY, DAY, Evidence.create()), 32))
        .isEmpty();
  }

  @Test
  void shouldNotAskWhileAnyRunIsOpen() {
    champion(1);
    step("manual", "requested", "DONE", "");
    assertThat(decide(decay(1, 30, 31), 32)).isEmpty();
    step("manual", "fail", "FAILED", "STEP_CRASHED");
    assertThat(decide(decay(1, 30, 31), 32)).isPresent();
  }

  @Test
  void shouldTrainOnRowsSinceTheChangeWhenThereAreHalfAsManyAsForTheFirst() {
    champion(1);
    part("a", 600, 0, 29);
    part("b", 490, 30, 31);
    ObjectNode few = decide(decay(1, 30, 31), 32).orElseThrow().evidence();
    assertThat(few.get("data").asText()).isEqualTo("whole window");
    assertThat(few.get("rowsSince").asLong()).isEqualTo(490);
    assertThat(few.has("from")).isFalse();

    part("c", 20, 29, 31); // half of it is since then
    ObjectNode enough = decide(decay(1, 30, 31), 32).orElseThrow().evidence();
    assertThat(enough.get("data").asText()).isEqualTo("since change");
    assertThat(enough.get("from").asText()).isEqualTo("1970-01-31T00:00:00Z");
  }

  @Test
  void shouldCountAPartOnceAndItsNewestVersionOnly() {
    part("a", 999, 0, 1);
    part("a", 999, 0, 1);
    assertThat(decide(null, 2)).isEmpty();
    part("b", 1, 0, 1);
    assertThat(decide(null, 2).orElseThrow().evidence().get("rows").asLong()).isEqualTo(1000);
  }

  private Optional<Request> decide(@org.jspecify.annotations.Nullable Trouble trouble, long day) {
    return policy.decide(facts, trouble == null ? List.of() : List.of(trouble), askedAt, day * DAY);
  }

  private static Trouble decay(int version, long first, long window) {
    return new Trouble(
        Signal.DECAY,
        version,
        "auc",
        first * DAY,
        window * DAY,
        Evidence.create().put("value", 0.6));
  }

  private void requested(Request request, long day) {
    askedAt.put(request.run(), day * DAY);
    step(request.run(), "requested", "DONE", "");
  }

  private void step(String run, String step, String state, String code) {
    facts.accept(
        RunStep.newBuilder()
            .setPipeline("flights")
            .setRun(run)
            .setStep(step)
            .setState(state)
            .setCode(code)
            .setPipelineVersion(1)
            .setBy("test")
            .setAt(Instant.EPOCH)
            .build());
  }

  private void champion(int version) {
    facts.accept(moved(version));
  }

  private static ModelEvent moved(int version) {
    return ModelEvent.newBuilder()
        .setModel("flights")
        .setChange(new AliasMoved("champion", version, null, (long) version, "blessed"))
        .setAt(Instant.EPOCH)
        .build();
  }

  private void part(String name, long rows, long fromDay, long toDay) {
    facts.accept(
        PartWritten.newBuilder()
            .setPipeline("flights")
            .setPart(name)
            .setUri("file:///none")
            .setSha256("0".repeat(64))
            .setBytes(1)
            .setRows(rows)
            .setPartition(0)
            .setFirstOffset(0)
            .setLastOffset(1)
            .setMinTime(Instant.EPOCH.plus(Duration.ofDays(fromDay)))
            .setMaxTime(Instant.EPOCH.plus(Duration.ofDays(toDay)))
            .setPipelineVersion(1)
            .build());
  }
}
