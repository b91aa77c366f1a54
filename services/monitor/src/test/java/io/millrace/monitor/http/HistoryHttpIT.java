package io.millrace.monitor.http;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesRegex;
import static org.hamcrest.Matchers.nullValue;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.monitor.ControlBroker;
import io.millrace.monitor.ControlWriter;
import io.millrace.monitor.Story;
import io.millrace.monitor.history.HistoryReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What can be asked over a real broker. Each test has a pipeline of its own. */
@QuarkusTest
@QuarkusTestResource(ControlBroker.class)
class HistoryHttpIT {
  @Inject KafkaClients clients;
  @Inject ArtifactStore store;
  @Inject HistoryReader reader;

  @TestHTTPResource("/v1/events")
  URI events;

  private ControlWriter writer;

  @BeforeEach
  void open() {
    writer = new ControlWriter(clients);
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> given().get("/q/health/ready").statusCode() == 200);
  }

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void shouldTellRunsWithTheirStepsAndReasons() {
    tell("told").apply().firstChampion().decay().recovery().openRun();

    get("/v1/pipelines/told/runs")
        .body("rows", equalTo(8 * 25_564))
        .body("firstAfter", equalTo(200_000))
        .body("runs.reason", contains("manual", "decay", "first"))
        .body("runs.outcome", contains("OPEN", "LIVE", "LIVE"))
        .body("runs[1].version", equalTo(2))
        .body("runs[1].request.data", equalTo("whole window"))
        .body(
            "runs[1].steps.step",
            contains("requested", "transform", "train", "evaluate", "refit", "finish"));
    get("/v1/pipelines/told/runs/20261121T101500-a1b2c3")
        .body("steps[2].state", equalTo("RUNNING"))
        .body("steps[2].evidence.round", equalTo(42))
        .body("endedAt", nullValue());
  }

  @Test
  void shouldTellMetricsWithTheSwapsInEventTime() {
    tell("measured").apply().firstChampion().decay().recovery();

    get("/v1/pipelines/measured/metrics")
        .body("metric", equalTo("auc"))
        .body("champion", equalTo(2))
        .body("decay.drop", equalTo(0.08f))
        .body("windows", hasSize(24))
        .body("windows[16].verdict", equalTo("DECAYED"))
        .body("windows[16].firstBaseline", equalTo(0.7302f))
        .body("windows[16].firstLimit", equalTo(0.6502f))
        .body("swaps.version", contains(1, 2))
        .body("swaps[0].eventTime", equalTo("2001-01-14T00:00:00Z"))
        .body("swaps[1].eventTime", equalTo("2001-02-01T12:00:00Z"));
  }

  @Test
  void shouldTellDriftAndAlerts() {
    tell("alarmed").apply().firstChampion().decay().recovery();

    get("/v1/pipelines/alarmed/drift")
        .body("limits.jsd_bits", equalTo(0.1f))
        .body("againstSeconds", equalTo(86_400))
        .body("windows.chance", hasItem(0.0012f))
        .body("windows", hasSize(18 * 7 * 2))
        .body("windows.findAll { it.verdict == 'EXCEEDED' }.field", hasItems("origin"))
        .body("windows.findAll { it.verdict == 'EXCEEDED' }", hasSize(8))
        .body("windows.reason", hasItem("NO_REFERENCE"));
    get("/v1/pipelines/alarmed/alerts")
        .body("alerts.code", hasItems("MODEL_DECAYED", "INPUT_DRIFTED"))
        .body("alerts.find { it.alert == 'decay/v1' }.over", equalTo("2026-11-21T10:07:40Z"))
        .body("alerts.find { it.alert == 'decay/v1' }.message", matchesRegex("auc of .*"))
        .body("alerts.find { it.alert == 'drift/origin' }.over", nullValue())
        .body("alerts[0].evidence.window.end", equalTo("2001-01-31T00:00:00Z"));
  }

  @Test
  void shouldTellHowManyPartsAndRowsThereAre() {
    tell("counted").apply().firstChampion();

    get("/v1/pipelines/counted/parts").body("parts", equalTo(8)).body("rows", equalTo(204_512));
  }

  @Test
  void shouldTellWhatMadeAVersion() {
    tell("made").apply().firstChampion();

    get("/v1/pipelines/made/lineage/1")
        .body("champion", equalTo(true))
        .body("reason", equalTo("first"))
        .body("run", equalTo("0-rows-000000200000-ab12cd34"))
        .body("data.rows", equalTo(200_000))
        .body("data.from", equalTo("2001-01-01T00:00:00Z"))
        .body("data.parts[0].lastOffset", equalTo(25_570))
        .body("data.parts[0].maxTime", equalTo("2001-01-07T23:59:59Z"))
        .body("training.learner.maxDepth", equalTo(6))
        .body("training.trainedOn", equalTo("train and eval"))
        .body("verdict.auc", equalTo(0.7302f))
        .body("transform.sha256", matchesRegex("[0-9a-f]{64}"))
        .body("missing", hasSize(0));
    problem(given().get("/v1/pipelines/made/lineage/7").then(), ErrorCode.UNKNOWN_MODEL_VERSION);
    problem(given().get("/v1/pipelines/made/lineage/x").then(), ErrorCode.INVALID_REQUEST);
  }

  @Test
  void shouldBeEmptyBeforeAnyData() {
    tell("fresh").apply();

    get("/v1/pipelines/fresh/runs").body("rows", equalTo(0)).body("runs", hasSize(0));
    get("/v1/pipelines/fresh/metrics").body("swaps", hasSize(0)).body("champion", nullValue());
    get("/v1/pipelines/fresh/drift").body("windows", hasSize(0));
    get("/v1/pipelines/fresh/alerts").body("alerts", hasSize(0));
  }

  @Test
  void shouldOpenARunAndRefuseASecondOne() {
    tell("asked").apply();

    String run =
        given()
            .contentType("application/json")
            .body("{\"reason\": \"new sensors\"}")
            .post("/v1/pipelines/asked/runs")
            .then()
            .statusCode(202)
            .extract()
            .path("run");

    get("/v1/pipelines/asked/runs/" + run)
        .body("outcome", equalTo("OPEN"))
        .body("request", equalTo(Map.of("reason", "manual", "note", "new sensors")));
    problem(given().post("/v1/pipelines/asked/runs").then(), ErrorCode.RUN_ALREADY_OPEN);
  }

  @Test
  void shouldRefuseWhatCannotBeAsked() {
    tell("strict").apply();
    PipelineVersion deleted =
        PipelineVersion.newBuilder()
            .setPipeline("deleted")
            .setVersion(2)
            .setFile("")
            .setDeleted(true)
            .setPartitions(4)
            .setSchemas(Map.of())
            .setAppliedAt(Instant.EPOCH)
            .build();
    writer.write(deleted);

    problem(given().post("/v1/pipelines/nobody/runs").then(), ErrorCode.UNKNOWN_PIPELINE);
    problem(given().post("/v1/pipelines/deleted/runs").then(), ErrorCode.UNKNOWN_PIPELINE);
    problem(given().get("/v1/pipelines/nobody/metrics").then(), ErrorCode.UNKNOWN_PIPELINE);
    problem(given().get("/v1/pipelines/strict/runs/none").then(), ErrorCode.UNKNOWN_RUN);
    for (String body : new String[] {"[]", "{\"why\": \"x\"}", "{\"reason\": 1}"}) {
      problem(
          given()
              .contentType("application/json")
              .body(body)
              .post("/v1/pipelines/strict/runs")
              .then(),
          ErrorCode.INVALID_REQUEST);
    }
    problem(
        given().contentType("application/json").body("{").post("/v1/pipelines/strict/runs").then(),
        ErrorCode.MALFORMED_JSON);
  }

  @Test
  void shouldLetNoOtherPageStartARun() {
    tell("guarded").apply();
    String runs = "/v1/pipelines/guarded/runs";

    problem(
        given().header("Origin", "https://evil.example.org").post(runs).then(),
        ErrorCode.ORIGIN_NOT_ALLOWED);
    problem(
        given().contentType("text/plain").body("{}").post(runs).then(),
        ErrorCode.UNSUPPORTED_MEDIA_TYPE);
    problem(
        given().header("Host", "evil.example.org").get(runs).then(), ErrorCode.HOST_NOT_ALLOWED);

    get(runs).body("runs", hasSize(0));
  }

  @Test
  void shouldSayWhatHasChanged() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient();
        Stream<String> lines =
            http.send(HttpRequest.newBuilder(events).build(), HttpResponse.BodyHandlers.ofLines())
                .body()) {
      tell("live").apply();

      assertThat(lines.filter(line -> line.contains("\"live\"")).findFirst())
          .hasValueSatisfying(line -> assertThat(line).contains("\"section\":\"pipeline\""));
    }
  }

  private Story tell(String pipeline) {
    return new Story(writer, store, pipeline);
  }

  private ValidatableResponse get(String path) {
    reader.catchUp();
    return given().get(path).then().statusCode(200);
  }

  private void problem(ValidatableResponse response, ErrorCode code) {
    response
        .statusCode(code.status())
        .contentType("application/problem+json")
        .body("code", equalTo(code.name()));
  }
}
