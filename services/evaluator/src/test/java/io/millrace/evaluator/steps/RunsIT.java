package io.millrace.evaluator.steps;

import static io.millrace.messaging.models.ModelHistory.CHAMPION;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.StepState;
import io.millrace.evaluator.registry.ControlBroker;
import io.millrace.evaluator.registry.ControlWriter;
import io.millrace.evaluator.registry.ModelLog;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The evaluator's part in runs over a real broker. Each test has a pipeline of its own. */
@QuarkusTest
@QuarkusTestResource(ControlBroker.class)
class RunsIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final byte[] GOOD = SmallModels.sigmoid(1);
  private static final byte[] BETTER = SmallModels.sigmoid(2);
  private static final byte[] WORSE = SmallModels.sigmoid(0.001f);

  @Inject KafkaClients clients;
  @Inject ModelLog log;
  @Inject ArtifactStore store;

  private ControlWriter writer;

  @BeforeEach
  void open() {
    writer = new ControlWriter(clients);
  }

  @Test
  void shouldPublishTheFirstModelAsChampionAndSayRubberStamp() throws Exception {
    SmallRuns runs = runs("first", false);
    runs.train("r1", GOOD);

    Run ended = runs.ended("r1");

    JsonNode evaluated = evidence(ended, Step.Known.EVALUATE);
    assertThat(evaluated.path("blessed").asBoolean()).isTrue();
    assertThat(evaluated.path("rubberStamp").asBoolean()).isTrue();
    assertThat(evaluated.at("/metrics/auc").asDouble()).isEqualTo(1);
    assertThat(evidence(ended, Step.Known.FINISH).path("version").asInt()).isEqualTo(1);
    ModelHistory history = log.read("first");
    assertThat(history.current(CHAMPION).orElseThrow().moved().getReason())
        .isEqualTo("run r1: blessed, with no champion to compare with");
    ModelVersion version = history.champion().orElseThrow().version();
    assertThat(version.getRun()).isEqualTo("r1");
    assertThat(version.getFile().getSha256()).isEqualTo(runs.model(GOOD).getSha256());
    String[] requests = runs.read(version.getWarmup()).split("\n");
    assertThat(requests).hasSize(100);
    JsonNode request = JSON.readTree(requests[99]);
    assertThat(request.path("score").asDouble())
        .isEqualTo(1 / (1 + Math.exp(-request.at("/inputs/x").asDouble())), within(1e-6));
    JsonNode card = JSON.readTree(runs.read(version.getCard()));
    assertThat(card.at("/candidate/verdict/blessed").asBoolean()).isTrue();
    assertThat(card.at("/published/onHeldOutRows/trainedOnThem").asBoolean()).isFalse();
  }

  @Test
  void shouldSkipTheSameRunStepByStep() throws Exception {
    SmallRuns runs = runs("again", false);
    runs.train("r1", GOOD);
    runs.ended("r1");
    runs.train("r2", GOOD);

    Run again = runs.ended("r2");

    assertThat(state(again, Step.Known.EVALUATE)).isEqualTo(StepState.SKIPPED);
    assertThat(state(again, Step.Known.FINISH)).isEqualTo(StepState.SKIPPED);
    assertThat(log.read("again").versions()).hasSize(1);
    assertThat(log.read("again").moves()).hasSize(1);
  }

  @Test
  void shouldGoLiveAgainAfterARollBack() throws Exception {
    SmallRuns runs = runs("back", false);
    runs.train("r1", GOOD);
    runs.ended("r1");
    runs.train("r2", BETTER);
    runs.ended("r2");
    given()
        .urlEncodingEnabled(false)
        .contentType("application/json")
        .body("{\"reason\": \"test\"}")
        .post("/v1/models/back:rollback")
        .then()
        .statusCode(200);
    assertThat(log.read("back").champion().orElseThrow().number()).isEqualTo(1);

    runs.train("r3", BETTER);
    Run ended = runs.ended("r3");

    assertThat(state(ended, Step.Known.EVALUATE)).isEqualTo(StepState.SKIPPED);
    assertThat(state(ended, Step.Known.FINISH)).isEqualTo(StepState.DONE);
    assertThat(log.read("back").champion().orElseThrow().number()).isEqualTo(2);

    runs.train("r4", BETTER);
    assertThat(state(runs.ended("r4"), Step.Known.FINISH)).isEqualTo(StepState.SKIPPED);
  }

  @Test
  void shouldRefuseAWorseCandidateWithItsNumbersAndTakeABetterOne() throws Exception {
    SmallRuns runs = runs("compared", false);
    runs.train("r1", GOOD);
    runs.ended("r1");

    runs.train("r2", WORSE);
    Run refused = runs.ended("r2");
    runs.train("r3", BETTER);
    Run taken = runs.ended("r3");

    JsonNode finish = evidence(refused, Step.Known.FINISH);
    assertThat(finish.path("blessed").asBoolean()).isFalse();
    JsonNode failed = finish.path("checks").get(1);
    assertThat(failed.path("reason").asText()).isEqualTo("WORSE_THAN_CHAMPION");
    assertThat(failed.path("candidate").asDouble())
        .isGreaterThan(failed.path("champion").asDouble());
    assertThat(evidence(taken, Step.Known.EVALUATE).path("rubberStamp").asBoolean()).isFalse();
    ModelHistory history = log.read("compared");
    assertThat(history.versions()).hasSize(2);
    assertThat(history.champion().orElseThrow().version().getRun()).isEqualTo("r3");
  }

  @Test
  void shouldPublishTheRefitAndLeaveOutRowsThatItSaw() throws Exception {
    SmallRuns runs = runs("refitted", true);
    runs.train("r1", GOOD);
    runs.done("r1", Step.Known.EVALUATE);
    runs.refit("r1", BETTER);
    runs.ended("r1");

    runs.train("r2", SmallModels.sigmoid(3));
    Run second = runs.ended("r2");

    ModelVersion version = log.read("refitted").champion().orElseThrow().version();
    assertThat(version.getFile().getSha256()).isEqualTo(runs.model(BETTER).getSha256());
    JsonNode card = JSON.readTree(runs.read(version.getCard()));
    assertThat(card.at("/candidate/training/by").asText()).isEqualTo("test");
    assertThat(card.at("/published/training/by").asText()).isEqualTo("refit");
    assertThat(card.at("/published/onHeldOutRows/trainedOnThem").asBoolean()).isTrue();
    assertThat(card.at("/published/onHeldOutRows/metrics/auc").asDouble()).isEqualTo(1);
    long scored = 0;
    for (JsonNode count : card.at("/published/onHeldOutRows/scores/counts")) {
      scored += count.asLong();
    }
    assertThat(scored).isEqualTo(card.at("/published/onHeldOutRows/rows").asLong()).isPositive();
    JsonNode judged = evidence(second, Step.Known.FINISH);
    assertThat(judged.at("/champion/rows").asInt()).isZero();
    assertThat(judged.at("/checks/1/reason").asText()).isEqualTo("INSUFFICIENT_ROWS");
    assertThat(log.read("refitted").versions()).hasSize(1);
  }

  @Test
  void shouldFailTheRunWhenTheModelCannotBeServed() throws Exception {
    SmallRuns runs = runs("broken", false);
    List<byte[]> models =
        List.of(
            SmallModels.notANumber(),
            SmallModels.twoScores(),
            SmallModels.otherInput(),
            "no model".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    List<ErrorCode> codes =
        List.of(
            ErrorCode.MODEL_OUTPUT_NOT_FINITE,
            ErrorCode.MODEL_SHAPE_MISMATCH,
            ErrorCode.MODEL_SHAPE_MISMATCH,
            ErrorCode.MODEL_UNREADABLE);
    for (int i = 0; i < models.size(); i++) {
      runs.train("r" + i, models.get(i));

      RunStep fail = runs.ended("r" + i).step(Step.Known.FAIL).orElseThrow();

      assertThat(fail.getCode()).as(fail.getMessage()).isEqualTo(codes.get(i).name());
    }
    assertThat(log.read("broken").isEmpty()).isTrue();
  }

  @Test
  void shouldFailTheRunWhenAByteOfTheFileWasFlipped() throws Exception {
    SmallRuns runs = runs("flipped", false);
    ArtifactRef file = runs.model(GOOD);
    runs.damage(file);
    runs.trainAs("r1", file);

    RunStep fail = runs.ended("r1").step(Step.Known.FAIL).orElseThrow();

    assertThat(fail.getCode()).isEqualTo(ErrorCode.MODEL_FILE_DAMAGED.name());
  }

  @Test
  void shouldWaitForAStoreThatIsAwayOrTakesNothing() throws Exception {
    SmallRuns runs = runs("patient", true);
    ArtifactRef file = runs.model(GOOD);
    Path root =
        Path.of(
            URI.create(
                ConfigProvider.getConfig().getValue("millrace.artifacts.root", String.class)));
    Path elsewhere = root.resolveSibling("elsewhere");

    runs.trainAs("r1", file, () -> Files.move(root, elsewhere));
    runs.awaitWaiting("r1", Step.Known.EVALUATE);
    Files.move(elsewhere, root);
    Run evaluated = runs.done("r1", Step.Known.EVALUATE);
    assertThat(evaluated.step(Step.Known.EVALUATE).orElseThrow().getAttempt()).isEqualTo(1);

    Path inTheWay = Files.writeString(root.resolve("patient/cards"), "a file");
    runs.refit("r1", BETTER);
    runs.awaitWaiting("r1", Step.Known.FINISH);
    Files.delete(inTheWay);
    Run ended = runs.ended("r1");

    assertThat(state(ended, Step.Known.FINISH)).isEqualTo(StepState.DONE);
    assertThat(ended.step(Step.Known.FINISH).orElseThrow().getAttempt()).isEqualTo(1);
    assertThat(log.read("patient").champion().orElseThrow().number()).isEqualTo(1);
  }

  @Test
  void shouldFailTheRunWhosePipelineWasDeleted() throws Exception {
    SmallRuns runs = runs("deleted", false);
    runs.delete();
    runs.train("r1", GOOD);

    RunStep fail = runs.ended("r1").step(Step.Known.FAIL).orElseThrow();

    assertThat(fail.getCode()).isEqualTo(ErrorCode.UNKNOWN_PIPELINE.name());
    assertThat(log.read("deleted").isEmpty()).isTrue();
  }

  @Test
  void shouldFailTheRunWhenTheFileIsTooLarge() throws Exception {
    SmallRuns runs = runs("large", false);
    ArtifactRef file = runs.model(GOOD);
    runs.trainAs("r1", ArtifactRef.newBuilder(file).setBytes(268_435_457).build());

    RunStep fail = runs.ended("r1").step(Step.Known.FAIL).orElseThrow();

    assertThat(fail.getCode()).isEqualTo(ErrorCode.MODEL_TOO_LARGE.name());
  }

  private SmallRuns runs(String pipeline, boolean refit) throws Exception {
    return new SmallRuns(pipeline, refit, writer, log, store);
  }

  private static JsonNode evidence(Run run, Step step) {
    return Evidence.of(run.step(step).orElseThrow());
  }

  private static StepState state(Run run, Step step) {
    return StepState.valueOf(run.step(step).orElseThrow().getState());
  }
}
