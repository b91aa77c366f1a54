package io.millrace.serving.online;

import static io.millrace.messaging.models.ModelHistory.CHAMPION;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.features.online.EntityKey;
import io.millrace.features.online.OnlineStore;
import io.millrace.features.online.Source;
import io.millrace.features.online.StoreAnswer;
import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.features.online.Write;
import io.millrace.features.panes.EntityFeatures;
import io.millrace.features.panes.Panes;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.millrace.serving.Flights;
import io.millrace.serving.FlightsTopics;
import io.millrace.serving.ModelFiles;
import io.millrace.serving.models.ModelRepository;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The whole service with a broker and a real Redis; the model and what is live move on. */
@QuarkusTest
@QuarkusTestResource(value = Servers.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServingHttpIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String AT = "2001-01-10T12:01:00Z";
  private static final String V1 = "/v1/models/flights:predict";
  private static final String V2 = "/v2/models/flights/infer";
  private static final String ROW =
      "{\"flight_id\": 7001, \"departure\": \"" + AT + "\", \"origin\": \"JFK\", \"miles\": 475}";

  @Inject PipelineApplications applications;
  @Inject OnlineStore store;
  @Inject ModelRepository models;
  private final ModelFiles files = new ModelFiles(ArtifactStore.at(Servers.artifacts.toUri()));

  /** JFK's flights were 20 minutes late within the hour: the high side of the models' tree. */
  @BeforeEach
  void run() {
    applications.acceptNow(
        PipelineVersion.newBuilder()
            .setPipeline("flights")
            .setVersion(1)
            .setFile(Flights.YAML)
            .setPartitions(FlightsTopics.PARTITIONS)
            .setSchemas(Flights.schemaIds())
            .setAppliedAt(Instant.EPOCH)
            .build());
    Panes panes = new Panes(EntityFeatures.of(Flights.PIPELINE).getFirst());
    boolean unused = panes.add(0, Flights.micros("2001-01-10T11:42:00Z"), 20);
    long watermark = Flights.micros("2001-01-10T12:30:00Z");
    Write write =
        new Write(
            new EntityKey("origin", "JFK"),
            1,
            Optional.of(panes.encode("origin", "JFK", watermark)));
    Source source = new Source("flights", "log", 0);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                isAnswered(store.beginFilling(source))
                    && isAnswered(store.write(source, List.of(write)))
                    && isAnswered(store.writeWatermark(source, 0, watermark)));
  }

  @Test
  @Order(1)
  void shouldAnswer404BeforeTheFirstModel() {
    await().atMost(PATIENCE).until(() -> given().get("/v2/health/ready").statusCode() == 200);

    post(V2, infer(1))
        .statusCode(404)
        .body("error", equalTo("no model flights is served"))
        .body("code", equalTo("UNKNOWN_MODEL"));
    given().get("/v2/models/flights").then().statusCode(404);
    given().get("/v1/models/flights").then().statusCode(404);
    given().get("/v2").then().statusCode(200).body("name", equalTo("millrace"));
    given().get("/v2/health/live").then().statusCode(200).body("live", equalTo(true));
  }

  @Test
  @Order(2)
  void shouldGiveOneScoreThroughEveryDoor() {
    publish(1);

    float v2 =
        post(V2, infer(1))
            .statusCode(200)
            .body("model_name", equalTo("flights"))
            .body("model_version", equalTo("1"))
            .body("id", equalTo("a-1"))
            .body("outputs[0].name", equalTo("score"))
            .body("outputs[0].shape", contains(1, 1))
            .body("parameters.'origin_delay_1h.status'", equalTo("PRESENT"))
            .body("parameters.'origin_delay_1h.age_ms'", equalTo("60000"))
            .extract()
            .path("outputs[0].data[0]");
    float rows =
        post(V1, "{\"instances\": [" + ROW + "]}").statusCode(200).extract().path("predictions[0]");
    float columns =
        post("/v1/models/flights/versions/1:predict", columns())
            .statusCode(200)
            .extract()
            .path("outputs[0]");
    float label =
        post("/v1/models/flights/labels/champion:predict", columns())
            .statusCode(200)
            .extract()
            .path("outputs[0]");
    Servers.topics.sendVectors(0, 10);
    List<Prediction> all =
        Servers.topics.predictions(
            read -> read.stream().filter(p -> p.getDoor().equals("stream")).count() >= 10);

    assertThat(v2).isCloseTo((float) ModelFiles.sigmoid(1), within(1e-6f));
    assertThat(List.of(rows, columns, label)).containsOnly(v2);
    assertThat(all)
        .filteredOn(
            p -> p.getDoor().equals("stream") && p.getFeatures().get("origin_delay_1h") != null)
        .hasSize(5)
        .allSatisfy(p -> assertThat(p.getScore()).isCloseTo((double) v2, within(1e-6)));
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                given()
                    .get("/v1/pipelines/flights")
                    .then()
                    .body("counts.predictions", equalTo(10))
                    .body("counts.skipped", equalTo(0)));
  }

  @Test
  @Order(3)
  void shouldTellOfEveryOnlinePrediction() {
    post(V1, "{\"instances\": [" + ROW.replace("7001", "7100") + "]}").statusCode(200);
    post(V1, "{\"instances\": [" + ROW.replace("\"flight_id\": 7001, ", "") + "]}").statusCode(200);

    List<Prediction> online =
        Servers.topics.predictions(
            read ->
                read.stream().anyMatch(p -> "7100".equals(p.getExampleId()))
                    && read.stream().anyMatch(p -> p.getExampleId() == null));

    assertThat(online)
        .filteredOn(p -> "7100".equals(p.getExampleId()))
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.getDoor()).isEqualTo("online");
              assertThat(p.getVersion()).isEqualTo(1);
              assertThat(p.getFeatures())
                  .containsEntry("origin_delay_1h", 20.0)
                  .containsEntry("hour", 12.0);
              assertThat(p.getFeatureAges()).containsEntry("origin_delay_1h", 60_000L);
              assertThat(p.getTime()).isEqualTo(Instant.parse(AT));
              assertThat(p.getIncomplete()).isFalse();
            });
  }

  @Test
  @Order(3)
  void shouldTakeGivenFeaturesInPlaceOfTheStores() {
    float given =
        post(V1, "{\"instances\": [" + ROW.replace("}", ", \"origin_delay_1h\": 5}") + "]}")
            .statusCode(200)
            .extract()
            .path("predictions[0]");

    assertThat(given).isCloseTo((float) ModelFiles.sigmoid(-1), within(1e-6f));
  }

  @Test
  @Order(3)
  void shouldReadAsOfTheWatermarkWhenTheExampleHasNoTime() {
    String row = "{\"departure\": null, \"origin\": \"JFK\", \"miles\": 475, \"hour\": 12}";

    float score =
        post(V1, "{\"instances\": [" + row + "]}").statusCode(200).extract().path("predictions[0]");

    assertThat(score).isCloseTo((float) ModelFiles.sigmoid(1), within(1e-6f));
  }

  @Test
  @Order(3)
  void shouldDescribeTheModelInBothProtocols() {
    given()
        .get("/v2/models/flights")
        .then()
        .statusCode(200)
        .body("versions", contains("1"))
        .body("inputs.name", contains("departure", "origin", "miles"));
    given().get("/v2/models/flights/versions/1").then().statusCode(200);
    given().get("/v2/models/flights/ready").then().statusCode(200).body("ready", equalTo(true));
    given().get("/v2/models/flights/versions/1/ready").then().statusCode(200);
    given().get("/v2/models").then().statusCode(200).body("models", contains("flights"));
    given().get("/v1/models").then().statusCode(200).body("models", contains("flights"));
    given()
        .get("/v1/models/flights/metadata")
        .then()
        .statusCode(200)
        .body("model_spec.version", equalTo("1"));
    given()
        .get("/v1/models/flights/versions/1")
        .then()
        .statusCode(200)
        .body("ready", equalTo(true))
        .body("model_version_status[0].state", equalTo("AVAILABLE"));
  }

  @Test
  @Order(3)
  void shouldAnswerWrongRequestsWithACode() {
    refused(post("/v2/models/trains/infer", infer(1)), 404, "UNKNOWN_MODEL");
    refused(post("/v2/models/flights/versions/9/infer", infer(1)), 404, "UNKNOWN_MODEL_VERSION");
    refused(post("/v2/models/flights/versions/x/infer", infer(1)), 404, "UNKNOWN_MODEL_VERSION");
    refused(
        post("/v1/models/flights/labels/nope:predict", columns()), 404, "UNKNOWN_MODEL_VERSION");
    refused(given().get("/v1/models/flights/versions/9").then(), 404, "UNKNOWN_MODEL_VERSION");
    refused(post(V2, "{"), 400, "MALFORMED_JSON");
    refused(
        given()
            .header("Inference-Header-Content-Length", "1")
            .contentType("application/octet-stream")
            .body(new byte[] {'{'})
            .post(V2)
            .then(),
        415,
        "UNSUPPORTED_MEDIA_TYPE");
    refused(post(V2, infer(1).replace("\"miles\"", "\"mils\"")), 400, "UNKNOWN_INPUT");
    refused(post(V1, "{\"instances\": [{\"origin\": \"JFK\"}]}"), 400, "MISSING_INPUT");
    refused(post(V2, infer(1).replace("[475]", "[4.5]")), 400, "WRONG_DATATYPE");
    refused(post(V2, infer(1).replace("[475]", "[NaN]")), 400, "WRONG_DATATYPE");
    refused(post(V1, "{\"inputs\": {\"miles\": [Infinity]}}"), 400, "NOT_FINITE");
    refused(post(V2, infer(0)), 400, "EMPTY_BATCH");
    refused(post(V2, infer(10_001)), 400, "BATCH_TOO_LARGE");
    refused(
        post(V2, infer(1).replace("\"id\"", "\"outputs\": [{\"name\": \"x\"}], \"id\"")),
        400,
        "UNKNOWN_OUTPUT");
  }

  @Test
  @Order(3)
  void shouldSayWhenToAskAgainForAModelThatIsOnItsWay() {
    models.accept(ModelHistory.of("awaited").moving(CHAMPION, 1, "blessed", Instant.EPOCH));
    try {
      await().atMost(PATIENCE).until(() -> given().get("/v2/health/ready").statusCode() == 503);
      for (ValidatableResponse answer :
          List.of(
              post("/v1/models/awaited:predict", columns()),
              post("/v2/models/awaited/infer", infer(1)))) {
        answer
            .statusCode(503)
            .contentType("application/json")
            .header("Retry-After", "10")
            .body("error", equalTo("the models are not known yet; try again"))
            .body("code", equalTo("MODEL_NOT_READY"));
      }
    } finally {
      models.forget("awaited");
    }
  }

  @Test
  @Order(4)
  void shouldKeepTheOldModelAndRaiseAnAlertWhenTheNewOneIsBroken() {
    Servers.topics.send(files.version(2, files.put("2/model.onnx", ModelFiles.nan()), 0.5));
    Servers.topics.send(ModelFiles.champion(2, 2));

    List<AlertEvent> alerts = Servers.topics.alerts(read -> !read.isEmpty());

    assertThat(alerts)
        .singleElement()
        .satisfies(
            alert -> {
              assertThat(alert.getPipeline()).isEqualTo("flights");
              assertThat(alert.getCode()).isEqualTo("MODEL_OUTPUT_NOT_FINITE");
              assertThat(alert.getEvidence())
                  .isEqualTo("{\"alias\":\"champion\",\"version\":2,\"live\":1}");
              assertThat(alert.getCleared()).isFalse();
            });
    post(V2, infer(1)).statusCode(200).body("model_version", equalTo("1"));
    given()
        .get("/v1/models/flights")
        .then()
        .body("ready", equalTo(true))
        .body("model_version_status.state", contains("AVAILABLE", "END"))
        .body(
            "model_version_status[1].status.error_message",
            containsString("MODEL_OUTPUT_NOT_FINITE"));
    given()
        .get("/q/metrics")
        .then()
        .body(containsString("outcome=\"MODEL_OUTPUT_NOT_FINITE\""))
        .body(containsString("millrace_serving_request_seconds_bucket"));
  }

  @Test
  @Order(5)
  void shouldSwapAndGoBack() {
    publish(3);
    assertThat(Servers.topics.alerts(read -> read.size() == 2).getLast().getCleared()).isTrue();

    long begin = System.nanoTime();
    Servers.topics.send(ModelFiles.champion(1, 4));

    await().atMost(PATIENCE).until(() -> live().equals("1"));
    System.out.println("went back in " + Duration.ofNanos(System.nanoTime() - begin));
  }

  @Test
  @Order(6)
  void shouldAnswerWithoutRedisAndSaySo() {
    Servers.redis.stop();

    post(V2, infer(1))
        .statusCode(200)
        .body("parameters.'origin_delay_1h.status'", equalTo("UNAVAILABLE"));
    given().get("/q/health/live").then().statusCode(200);

    Servers.redis.startAgain();
    run();
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                post(V2, infer(1))
                    .extract()
                    .path("parameters.'origin_delay_1h.status'")
                    .equals("PRESENT"));
  }

  @Test
  @Order(7)
  void shouldAnswerWithoutKafka() {
    Servers.kafka.stop();

    for (int i = 0; i < 50; i++) {
      post(V2, infer(1)).statusCode(200);
    }

    given().get("/q/health/live").then().statusCode(200);
    given().get("/v2/health/ready").then().statusCode(200);
    Servers.kafka.startAgain();
  }

  @Test
  void shouldAnswerNoPageOfAnotherOrigin() {
    given()
        .urlEncodingEnabled(false)
        .header("Origin", "https://evil.example.org")
        .body("{}")
        .post(V2)
        .then()
        .statusCode(403)
        .body("code", equalTo("ORIGIN_NOT_ALLOWED"));
    given()
        .header("Host", "evil.example.org")
        .get("/v1/pipelines")
        .then()
        .statusCode(403)
        .body("code", equalTo("HOST_NOT_ALLOWED"));
  }

  private void publish(int version) {
    Servers.topics.send(files.version(version, -1, 1));
    Servers.topics.send(ModelFiles.champion(version, version));
    await().atMost(PATIENCE).until(() -> live().equals(String.valueOf(version)));
  }

  private static <T> boolean isAnswered(CompletionStage<StoreAnswer<T>> answer) {
    return answer.toCompletableFuture().join() instanceof Answered;
  }

  private static String live() {
    return String.valueOf((Object) post(V2, infer(1)).extract().<String>path("model_version"));
  }

  private static String columns() {
    return "{\"inputs\": {\"departure\": [\"%s\"], \"origin\": [\"JFK\"], \"miles\": [475]}}"
        .formatted(AT);
  }

  private static String infer(int rows) {
    return """
        {"id": "a-1", "inputs": [
          {"name": "departure", "shape": [%1$d], "datatype": "BYTES", "data": ["%2$s"]},
          {"name": "origin", "shape": [%1$d, 1], "datatype": "BYTES", "data": [["JFK"]]},
          {"name": "miles", "shape": [%1$d, 1], "datatype": "INT32", "data": [475]}]}"""
        .formatted(rows, AT);
  }

  private static void refused(ValidatableResponse response, int status, String code) {
    response.statusCode(status).body("code", equalTo(code)).body("$", hasKey("error"));
  }

  private static ValidatableResponse post(String path, String body) {
    return given()
        .urlEncodingEnabled(false)
        .contentType("application/json")
        .body(body)
        .post(path)
        .then();
  }
}
