package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.local.machine.Service;
import io.millrace.local.process.ServiceProcess;
import io.millrace.local.reconcile.Reconciliation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A day of flights on a broker with SASL/SCRAM and TLS, Redis with TLS and a password, and a
 * registry behind TLS with a token, by settings alone. The first secrets are wrong.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(Integer.MAX_VALUE)
class SecuredST {
  private static final String TRAINED = "2001-01-02T00:00:00Z";

  /** At night few flights are within reach of an online read. */
  private static final String UNTIL = "2001-01-02T08:05:00Z";

  private static final Set<Service> USERS_OF_REDIS = Set.of(Service.TRANSFORMER, Service.SERVING);

  @TempDir static Path folder;

  private static final Answers ANSWERS = new Answers();
  private static SecuredMillrace secured;
  private static RunningMillrace millrace;

  @BeforeAll
  static void start() throws Exception {
    secured = new SecuredMillrace(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    secured.close();
  }

  @Test
  @Order(1)
  void shouldSayWhoRefusesAndStayAlive() throws Exception {
    for (Service service : Service.values()) {
      URI url = SecuredMillrace.url(service);
      RunningMillrace.await(
          service + " says who refuses",
          () -> {
            assertThat(secured.isStarting()).isTrue();
            return refusals(url).equals(expected(service, "KAFKA_REFUSED", "REGISTRY_REFUSED"));
          });
      assertThat(ANSWERS.ask(url, "/q/health/live").statusCode())
          .as("liveness of %s", service)
          .isEqualTo(200);
      assertThat(secured.log(service.serviceName()))
          .contains("neighbour=kafka code=KAFKA_REFUSED")
          .contains("neighbour=registry code=REGISTRY_REFUSED");
      ANSWERS.askEverything(url);
    }
    HttpResponse<String> applied =
        ANSWERS.send(
            HttpRequest.newBuilder(
                    SecuredMillrace.url(Service.INGEST).resolve("/v1/pipelines/flights"))
                .header("Content-Type", "application/yaml")
                .PUT(
                    HttpRequest.BodyPublishers.ofFile(
                        RunningMillrace.FLIGHTS.resolve("pipeline.yaml"))));
    assertThat(applied.statusCode()).as(applied.body()).isEqualTo(503);
    assertThat(applied.body()).containsAnyOf("\"KAFKA_REFUSED\"", "\"REGISTRY_REFUSED\"");
  }

  @Test
  @Order(2)
  void shouldRefuseCertificatesOfAnAuthorityThatItDoesNotTrust() throws Exception {
    URI url = URI.create("http://localhost:" + secured.untrusting().port());
    RunningMillrace.await(
        "no neighbour is trusted",
        () -> {
          assertThat(secured.untrusting().isAlive()).isTrue();
          return refusals(url)
              .equals(expected(Service.SERVING, "KAFKA_REFUSED", "REGISTRY_REFUSED"));
        });
    assertThat(ANSWERS.ask(url, "/q/health/live").statusCode()).isEqualTo(200);
    assertThat(Files.readString(secured.untrusting().log()))
        .containsPattern("neighbour=kafka code=KAFKA_REFUSED .*PKIX")
        .containsPattern("neighbour=registry code=REGISTRY_REFUSED .*PKIX")
        .containsPattern("neighbour=redis code=REDIS_REFUSED .*PKIX");
    ANSWERS.askEverything(url);
    secured.untrusting().stop(Duration.ofSeconds(30));
  }

  @Test
  @Order(3)
  void shouldComeUpByItselfWithTheRightSecrets() throws Exception {
    Instant begin = Instant.now();
    secured.giveTheRightSecrets();
    millrace = secured.running();
    System.out.println("ready after " + Duration.between(begin, Instant.now()));
    for (Service service : Service.values()) {
      RunningMillrace.await(
          service + " is taken by all", () -> refusals(SecuredMillrace.url(service)).isEmpty());
    }
  }

  @Test
  @Order(4)
  void shouldLoseNothingAndDoubleNothing() throws Exception {
    Path flights =
        RunningMillrace.flightsAs(
            "flights",
            Files.createDirectory(folder.resolve("flights")),
            RunningMillrace.FLIGHTS_DATA);
    Path file = flights.resolve("pipeline.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("lowerBound: 0.65", "lowerBound: 0.5")
            .replace("rounds: 100", "rounds: 10")
            .replace("on: [decay], firstAfter: 200000", "on: [], firstAfter: 100000000"));
    ANSWERS.command(millrace, "replay", flights.toString(), "--to", TRAINED);
    millrace.awaitParts("flights");
    ANSWERS.command(millrace, "run", "flights");
    RunningMillrace.await(
        "the champion is loaded",
        () ->
            ANSWERS
                    .ask(SecuredMillrace.url(Service.SERVING), "/v2/models/flights/ready")
                    .statusCode()
                == 200);
    ANSWERS.command(millrace, "replay", flights.toString(), "--from", TRAINED, "--to", UNTIL);
    millrace.awaitParts("flights");

    Reconciliation numbers = millrace.reconcile(RunningMillrace.flights());
    System.out.println(numbers.report());
    assertThat(numbers.isExact()).as(numbers.report()).isTrue();
    assertThat(numbers.count("examples")).isGreaterThan(10_000);
    assertThat(secured.neighbours().registryRequests()).isPositive();
  }

  @Test
  @Order(5)
  void shouldAnswerOnlineWhatTheStreamAnswered() throws Exception {
    new FeastClient(millrace).requireWhatTheStreamAnswered(Instant.parse(UNTIL), 50);
  }

  @Test
  @Order(6)
  void shouldPredictInTheStreamAndOnline() throws Exception {
    long vectors = millrace.counts("transformer", "flights").path("vectors").asLong();
    RunningMillrace.await(
        "every vector is predicted, or came before the champion",
        () -> {
          JsonNode counts = millrace.counts("serving", "flights");
          return counts.path("predictions").asLong() + counts.path("skipped").asLong() == vectors;
        });
    PredictionLog predictions = new PredictionLog(millrace, RunningMillrace.flights());
    ServingClient serving = new ServingClient(millrace);
    List<GenericRecord> last =
        millrace.vectorsInReach(RunningMillrace.flights(), Instant.parse(UNTIL)).stream()
            .filter(v -> predictions.byExample().containsKey(v.get("flight_id").toString()))
            .limit(50)
            .toList();
    assertThat(last).hasSizeGreaterThan(20);
    for (GenericRecord vector : last) {
      List<Prediction> streamed =
          Objects.requireNonNull(predictions.byExample().get(vector.get("flight_id").toString()));
      assertThat(streamed).as("%s", vector).hasSize(1);
      assertThat(serving.v2(vector))
          .as("V2 of %s", vector)
          .isCloseTo(streamed.getFirst().getScore(), Offset.offset(1e-6));
    }
  }

  @Test
  @Order(7)
  void shouldNameNoSecretInAnyLogAnswerOrCommandLine() throws Exception {
    ANSWERS.command(millrace, "status", "flights");
    ANSWERS.command(millrace, "status", "--json");
    for (Service service : Service.values()) {
      ANSWERS.askEverything(SecuredMillrace.url(service));
    }
    for (ServiceProcess process : millrace.system.processes()) {
      ANSWERS.keep(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")));
    }
    List<Path> files = new ArrayList<>(secured.neighbours().logs());
    files.add(secured.untrusting().log());
    try (Stream<Path> written = Files.walk(secured.home().folder())) {
      written
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(secured.home().data("")))
          .filter(file -> !file.startsWith(secured.home().unpacked("")))
          .forEach(files::add);
    }
    assertThat(files).hasSizeGreaterThan(Service.values().length);
    for (Path file : files) {
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
          .as("%s", file)
          .doesNotContain(SecuredMillrace.SECRETS);
    }
    assertThat(ANSWERS.toString())
        .contains("KAFKA_REFUSED", "REGISTRY_REFUSED", "REDIS_REFUSED", "-jar", "rows in parts")
        .doesNotContain(SecuredMillrace.SECRETS);
  }

  /** By name, as readiness has it now; none before it answers. */
  private static Map<String, String> refusals(URI service) throws Exception {
    Map<String, String> refusals = new TreeMap<>();
    try {
      for (JsonNode check :
          RunningMillrace.JSON
              .readTree(ANSWERS.ask(service, "/q/health/ready").body())
              .path("checks")) {
        if (check.path("name").asText().equals("neighbours")) {
          check
              .path("data")
              .properties()
              .forEach(
                  answer -> {
                    if (!answer.getValue().asText().equals("ACCEPTED")) {
                      refusals.put(answer.getKey(), answer.getValue().asText());
                    }
                  });
        }
      }
    } catch (IOException e) {
      refusals.put("service", "does not answer");
    }
    return refusals;
  }

  private static Map<String, String> expected(Service service, String kafka, String registry) {
    Map<String, String> all = new TreeMap<>(Map.of("kafka", kafka, "registry", registry));
    if (USERS_OF_REDIS.contains(service)) {
      all.put("redis", ErrorCode.REDIS_REFUSED.name());
    }
    return all;
  }
}
