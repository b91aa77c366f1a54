package io.millrace.evaluator.registry;

import static io.millrace.messaging.models.ModelHistory.CHAMPION;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.runs.StepState;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ExclusiveWriter;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.models.ModelHistory.Move;
import io.millrace.messaging.registry.SchemaCache;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The registry's HTTP door over a real broker. Each test has a model of its own. */
@QuarkusTest
@QuarkusTestResource(ControlBroker.class)
class RegistryHttpIT {
  @Inject KafkaClients clients;
  @Inject SchemaCache schemas;
  @Inject ModelLog log;
  @Inject AliasMoves moves;
  @Inject ArtifactStore store;

  private ControlWriter writer;

  @BeforeEach
  void open() {
    writer = new ControlWriter(clients);
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> given().get("/q/health/ready").statusCode() == 200);
  }

  @Test
  void shouldShowAModelWithItsVersionsAndAliases() {
    publish("shown", 1, 2);

    given()
        .get("/v1/models")
        .then()
        .statusCode(200)
        .body("models.model", org.hamcrest.Matchers.hasItem("shown"));
    given()
        .get("/v1/models/shown")
        .then()
        .statusCode(200)
        .body("aliases.champion", equalTo(2))
        .body("versions.version", contains(1, 2))
        .body("moves.sequence", contains(1, 2));
    given()
        .get("/v1/models/shown/versions/1")
        .then()
        .statusCode(200)
        .body("run", equalTo("run-1"))
        .body("file.uri", equalTo("file:///store/model1"))
        .body("aliases.size()", equalTo(0));
  }

  @Test
  void shouldTellWhatWasLiveWhenAndWhy() {
    publish("told", 1, 2);

    given()
        .get("/v1/models/told/live?at=2001-01-25T00:00:01.5Z")
        .then()
        .statusCode(200)
        .body("version", equalTo(1))
        .body("reason", equalTo("blessed"))
        .body("live.run", equalTo("run-1"));
    given().get("/v1/models/told/live").then().statusCode(200).body("version", equalTo(2));
    given().get("/v1/models/told/live?at=2001-01-26").then().body("version", equalTo(2));
    problem(
        given().get("/v1/models/told/live?at=2001-01-24T00:00:00Z").then(), ErrorCode.NOTHING_LIVE);
    problem(given().get("/v1/models/told/live?at=noon").then(), ErrorCode.INVALID_REQUEST);
  }

  @Test
  void shouldRollBackAndRememberItInTheLog() {
    publish("rolled", 1, 2, 3);

    post("/v1/models/rolled:rollback", "{\"reason\": \"3 is worse\"}")
        .statusCode(200)
        .body("version", equalTo(2))
        .body("previous", equalTo(3))
        .body("sequence", equalTo(4));
    given().get("/v1/models/rolled/live").then().body("reason", equalTo("3 is worse"));
    post("/v1/models/rolled:rollback", "").statusCode(200).body("version", equalTo(1));
    problem(post("/v1/models/rolled:rollback", ""), ErrorCode.NOTHING_TO_ROLL_BACK);
    assertThat(log.read("rolled").moves()).extracting(Move::version).containsExactly(1, 2, 3, 2, 1);
  }

  @Test
  void shouldMoveAnyAliasAndWriteNothingWhenItIsThere() {
    publish("aliased", 1, 2);

    post("/v1/models/aliased/aliases/challenger", "{\"version\": 1}")
        .statusCode(200)
        .body("sequence", equalTo(1));
    post("/v1/models/aliased/aliases/challenger", "{\"version\": 1}")
        .statusCode(200)
        .body("sequence", equalTo(1));
    given().get("/v1/models/aliased").then().body("aliases.challenger", equalTo(1));
  }

  /** The files of a version that was never live are removed once they are old enough. */
  @Test
  void shouldMoveNoAliasToAVersionWhoseFilesAreGone() throws IOException {
    publish("kept", 1);
    List<ArtifactRef> files = new ArrayList<>();
    for (String name : List.of("model", "card", "warmup", "statistics")) {
      files.add(store.put(name.getBytes(UTF_8), "kept/models", "." + name).reference(name));
    }
    writer.write(
        ControlTopic.MODELS,
        "kept",
        "kept/2",
        ModelEvent.newBuilder()
            .setModel("kept")
            .setChange(
                ModelVersion.newBuilder()
                    .setVersion(2)
                    .setRun("run-2")
                    .setPipelineVersion(1)
                    .setFile(files.get(0))
                    .setCard(files.get(1))
                    .setWarmup(files.get(2))
                    .setStatistics(files.get(3))
                    .build())
            .setAt(Instant.EPOCH)
            .build());
    Path statistics = Path.of(URI.create(files.get(3).getUri()));
    Path aside = Files.move(statistics, statistics.resolveSibling("aside"));

    problem(post("/v1/models/kept/aliases/champion", "{\"version\": 2}"), ErrorCode.PART_DAMAGED);
    given().get("/v1/models/kept/live").then().body("version", equalTo(1));

    Files.move(aside, statistics);
    Files.setLastModifiedTime(statistics, FileTime.from(Instant.EPOCH));
    post("/v1/models/kept/aliases/champion", "{\"version\": 2}").statusCode(200);
    assertThat(Files.getLastModifiedTime(statistics).toInstant())
        .as("whoever has listed it before sees that")
        .isAfter(Instant.now().minusSeconds(600));
  }

  @Test
  void shouldRefuseWhatIsNotThereOrWrong() {
    publish("strict", 1);

    problem(given().get("/v1/models/nobody").then(), ErrorCode.UNKNOWN_MODEL);
    problem(given().get("/v1/models/strict/versions/7").then(), ErrorCode.UNKNOWN_MODEL_VERSION);
    problem(given().get("/v1/models/strict/versions/one").then(), ErrorCode.INVALID_REQUEST);
    problem(post("/v1/models/nobody:rollback", ""), ErrorCode.UNKNOWN_MODEL);
    String champion = "/v1/models/strict/aliases/champion";
    problem(post(champion, "{\"version\": 7}"), ErrorCode.UNKNOWN_MODEL_VERSION);
    problem(post(champion, "{\"version\": \"1\"}"), ErrorCode.INVALID_REQUEST);
    problem(post(champion, "{\"versoin\": 1}"), ErrorCode.INVALID_REQUEST);
    problem(post(champion, "{"), ErrorCode.MALFORMED_JSON);
    problem(post(champion, ""), ErrorCode.INVALID_REQUEST);
    problem(post("/v1/models/strict/aliases/b-a-d", "{\"version\": 1}"), ErrorCode.INVALID_REQUEST);
  }

  @Test
  void shouldMoveNoAliasWhileARunFinishes() {
    publish("busy", 1, 2);
    writer.write(ControlTopic.RUNS, "busy", "busy/r/finish", finish("busy", StepState.RUNNING));

    problem(post("/v1/models/busy:rollback", ""), ErrorCode.RUN_FINISHING);

    writer.write(ControlTopic.RUNS, "busy", "busy/r/finish", finish("busy", StepState.DONE));
    post("/v1/models/busy:rollback", "").statusCode(200);
  }

  /** Whichever replica is asked: the runs of all partitions count. */
  @Test
  void shouldTellHowManyStepsWaitForTheTrainer() {
    int others = given().get("/scaling/waiting-steps").path("steps");
    for (String pipeline : List.of("waits1", "waits2", "waits3", "waits4", "waits5")) {
      say(pipeline, "transform", StepState.DONE);
    }
    awaitWaitingSteps(others + 5);

    say("waits1", "train", StepState.RUNNING);
    say("waits2", "train", StepState.DONE);
    say("waits3", "fail", StepState.FAILED);
    awaitWaitingSteps(others + 3);

    for (String pipeline : List.of("waits1", "waits4", "waits5")) {
      say(pipeline, "fail", StepState.FAILED);
    }
    awaitWaitingSteps(others);
    given().get("/scaling/lag").then().statusCode(200).body("lag", equalTo(0));
  }

  /** An answer is kept for a second. */
  private static void awaitWaitingSteps(int steps) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .untilAsserted(
            () ->
                given()
                    .get("/scaling/waiting-steps")
                    .then()
                    .statusCode(200)
                    .body("steps", equalTo(steps)));
  }

  private void say(String pipeline, String step, StepState state) {
    writer.write(
        ControlTopic.RUNS,
        pipeline,
        pipeline + "/r/" + step,
        RunStep.newBuilder(finish(pipeline, state)).setStep(step).build());
  }

  /** A request that looked before finish began is shut out; it does not write beside it. */
  @Test
  void shouldShutOutARequestThatLookedBeforeARunBeganToFinish() {
    publish("raced", 1, 2);
    try (ExclusiveWriter request = log.open("raced")) {
      ModelHistory looked = log.read("raced");

      ModelHistory seen = log.readToFinish("raced");

      assertThatThrownBy(() -> moves.write(request, looked, CHAMPION, 1, "late"))
          .isInstanceOf(KafkaException.class);
      assertThat(log.read("raced")).isEqualTo(seen);
    }
  }

  @Test
  void shouldLetNoOtherPageMoveAnAlias() {
    publish("guarded", 1, 2);
    String rollback = "/v1/models/guarded:rollback";

    problem(
        given()
            .urlEncodingEnabled(false)
            .header("Origin", "https://evil.example.org")
            .post(rollback)
            .then(),
        ErrorCode.ORIGIN_NOT_ALLOWED);
    problem(
        given()
            .urlEncodingEnabled(false)
            .contentType("text/plain")
            .body("{\"version\": 1}")
            .post("/v1/models/guarded/aliases/champion")
            .then(),
        ErrorCode.UNSUPPORTED_MEDIA_TYPE);
    problem(
        given().header("Host", "evil.example.org").get("/v1/models").then(),
        ErrorCode.HOST_NOT_ALLOWED);

    given().get("/v1/models/guarded/live").then().body("version", equalTo(2));
    given().urlEncodingEnabled(false).post(rollback).then().body("version", equalTo(1));
  }

  /** Every run and every rollback ended at the first such record, and no start was ever ready. */
  @Test
  void shouldGoOnBehindJunkInItsTopics() {
    publish("polluted", 1, 2);
    for (ControlTopic<?> topic : List.of(ControlTopic.MODELS, ControlTopic.RUNS)) {
      writer.writeJunk(topic, "polluted/1".getBytes(UTF_8));
      writer.writeJunk(topic, new byte[] {(byte) 0xff, 0});
    }
    writer.write(ControlTopic.MODELS, "polluted", "polluted/-7", Models.version("polluted", -7));
    writer.write(
        ControlTopic.RUNS,
        "polluted",
        "polluted/r/finish",
        nonsense(finish("polluted", StepState.RUNNING)));

    post("/v1/models/polluted:rollback", "").statusCode(200).body("version", equalTo(1));
    post("/v1/models/polluted/aliases/champion", "{\"version\": 2}").statusCode(200);
    assertThat(log.runs("polluted")).isEmpty();
    assertThat(log.read("polluted").versions()).containsOnlyKeys(1, 2);
    Registry again = new Registry();
    ModelsFollower restarted = new ModelsFollower(clients, schemas, again);
    restarted.start(new StartupEvent());
    Awaitility.await().atMost(60, SECONDS).until(restarted::isReady);
    restarted.stop();
    assertThat(again.model("polluted")).isPresent();
  }

  private static RunStep nonsense(RunStep step) {
    return RunStep.newBuilder(step).setState("EXPLODED").build();
  }

  private void publish(String model, int... versions) {
    ModelHistory history = ModelHistory.of(model);
    for (int version : versions) {
      ModelEvent published = Models.version(model, version);
      history = history.with(published);
      ModelEvent moved =
          history.moving(CHAMPION, version, "blessed", published.getAt().plusSeconds(version));
      history = history.with(moved);
      writer.write(ControlTopic.MODELS, model, model + "/" + version, published);
      writer.write(ControlTopic.MODELS, model, model + "@champion/" + version, moved);
    }
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                given().get("/v1/models/" + model + "/versions/" + versions.length).statusCode()
                    == 200);
  }

  private static RunStep finish(String pipeline, StepState state) {
    return RunStep.newBuilder()
        .setPipeline(pipeline)
        .setRun("r")
        .setStep("finish")
        .setState(state.name())
        .setPipelineVersion(1)
        .setBy("test")
        .setAt(Instant.EPOCH)
        .setInputs(List.of())
        .setOutputs(List.of())
        .build();
  }

  private static ValidatableResponse post(String path, String body) {
    return given()
        .urlEncodingEnabled(false)
        .contentType("application/json")
        .body(body)
        .post(path)
        .then();
  }

  private static void problem(ValidatableResponse response, ErrorCode code) {
    response
        .statusCode(code.status())
        .contentType("application/problem+json")
        .body("code", equalTo(code.name()));
  }
}
