package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.local.LocalSystem;
import io.millrace.local.Options;
import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import io.millrace.local.machine.Ports;
import io.millrace.local.machine.Service;
import io.millrace.local.machine.SystemClients;
import io.millrace.local.process.Launch;
import io.millrace.local.process.ServiceProcess;
import io.millrace.local.reconcile.Reconciliation;
import io.millrace.local.system.Components;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
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
import java.util.concurrent.CompletableFuture;
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
class SecuredST {
  private static final int PORT_BASE = 21_000;
  private static final String TRAINED = "2001-01-02T00:00:00Z";

  /** At night few flights are within reach of an online read. */
  private static final String UNTIL = "2001-01-02T08:05:00Z";

  private static final Set<Service> USERS_OF_REDIS = Set.of(Service.TRANSFORMER, Service.SERVING);

  private static final String KAFKA = "kafka-4cd1right";
  private static final String KAFKA_AT_FIRST = "kafka-77e0other";
  private static final String STORE = "store-b19aright";
  private static final SecuredNeighbours.Secrets RIGHT =
      new SecuredNeighbours.Secrets(STORE, "redis-e33fright", "token-90acright");
  private static final String WRONG_PASSWORD = "redis-5d21wrong";
  private static final String WRONG_TOKEN = "token-1c08wrong";
  private static final List<String> SECRETS =
      List.of(
          KAFKA,
          KAFKA_AT_FIRST,
          STORE,
          RIGHT.redis(),
          RIGHT.registry(),
          WRONG_PASSWORD,
          WRONG_TOKEN);

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final StringBuilder ANSWERS = new StringBuilder();

  @TempDir static Path folder;

  private static Home home;
  private static SecuredNeighbours neighbours;
  private static ServiceProcess untrusting;
  private static CompletableFuture<LocalSystem> starting;
  private static RunningMillrace millrace;

  @BeforeAll
  static void start() throws Exception {
    Certificates certificates = new Certificates(folder.resolve("certificates"), STORE);
    Certificates others = new Certificates(folder.resolve("others"), STORE);
    neighbours =
        new SecuredNeighbours(folder.resolve("neighbours"), certificates, RIGHT, PORT_BASE);
    secret("redis-password", WRONG_PASSWORD);
    secret("registry-token", WRONG_TOKEN);
    secret("store-password", STORE);
    secret(
        "kafka.properties",
        """
        bootstrap.servers=%s
        security.protocol=SASL_SSL
        sasl.mechanism=SCRAM-SHA-512
        sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required \
          username="%s" password="%s";
        ssl.truststore.type=PKCS12
        ssl.truststore.location=%s
        ssl.truststore.password=%s
        """
            .formatted(
                neighbours.bootstrapServers(),
                SecuredNeighbours.USER,
                KAFKA,
                certificates.trustStore(),
                STORE));
    home = new Home(folder.resolve("home"));
    Files.writeString(
        home.config("application.properties"),
        """
        millrace.kafka.config=%1$s/kafka.properties
        millrace.registry.url=%2$s
        millrace.registry.token-file=%1$s/registry-token
        millrace.registry.trust.store=%3$s
        millrace.redis.url=%4$s
        millrace.redis.login.password-file=%1$s/redis-password
        millrace.redis.trust.store=%5$s
        millrace.redis.trust.password-file=%1$s/store-password
        """
            .formatted(
                folder.resolve("secrets"),
                neighbours.registry(),
                certificates.authorityPem(),
                neighbours.redis(),
                certificates.trustStore()));
    neighbours.setKafkaPassword(KAFKA_AT_FIRST);
    starting =
        CompletableFuture.supplyAsync(
            () -> LocalSystem.start(home.folder(), PORT_BASE, Options.everything()),
            task -> Thread.ofPlatform().name("start").start(task));
    untrusting = untrusting(others);
  }

  @AfterAll
  static void stop() throws Exception {
    try {
      giveTheRightSecrets(); // it ends its start before it stops
      untrusting.stop(Duration.ofSeconds(30));
      starting.thenAccept(LocalSystem::close).join();
    } finally {
      neighbours.close();
    }
  }

  @Test
  @Order(1)
  void shouldSayWhoRefusesAndStayAlive() throws Exception {
    for (Service service : Service.values()) {
      URI url = url(service);
      RunningMillrace.await(
          service + " says who refuses",
          () -> {
            assertThat(starting).isNotDone();
            return refusals(url).equals(expected(service, "KAFKA_REFUSED", "REGISTRY_REFUSED"));
          });
      assertThat(ask(url, "/q/health/live").statusCode())
          .as("liveness of %s", service)
          .isEqualTo(200);
      assertThat(log(service.serviceName()))
          .contains("neighbour=kafka code=KAFKA_REFUSED")
          .contains("neighbour=registry code=REGISTRY_REFUSED");
      askEverything(url);
    }
    HttpResponse<String> applied =
        HTTP.send(
            HttpRequest.newBuilder(url(Service.INGEST).resolve("/v1/pipelines/flights"))
                .header("Content-Type", "application/yaml")
                .PUT(
                    HttpRequest.BodyPublishers.ofFile(
                        RunningMillrace.FLIGHTS.resolve("pipeline.yaml")))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    ANSWERS.append(applied.body());
    assertThat(applied.statusCode()).as(applied.body()).isEqualTo(503);
    assertThat(applied.body()).containsAnyOf("\"KAFKA_REFUSED\"", "\"REGISTRY_REFUSED\"");
  }

  @Test
  @Order(2)
  void shouldRefuseCertificatesOfAnAuthorityThatItDoesNotTrust() throws Exception {
    URI url = URI.create("http://localhost:" + untrusting.port());
    RunningMillrace.await(
        "no neighbour is trusted",
        () -> {
          assertThat(untrusting.isAlive()).isTrue();
          return refusals(url)
              .equals(expected(Service.SERVING, "KAFKA_REFUSED", "REGISTRY_REFUSED"));
        });
    assertThat(ask(url, "/q/health/live").statusCode()).isEqualTo(200);
    assertThat(Files.readString(untrusting.log()))
        .containsPattern("neighbour=kafka code=KAFKA_REFUSED .*PKIX")
        .containsPattern("neighbour=registry code=REGISTRY_REFUSED .*PKIX")
        .containsPattern("neighbour=redis code=REDIS_REFUSED .*PKIX");
    askEverything(url);
    untrusting.stop(Duration.ofSeconds(30));
  }

  @Test
  @Order(3)
  void shouldComeUpByItselfWithTheRightSecrets() throws Exception {
    Instant begin = Instant.now();
    giveTheRightSecrets();
    millrace = new RunningMillrace(starting.join());
    System.out.println("ready after " + Duration.between(begin, Instant.now()));
    for (Service service : Service.values()) {
      RunningMillrace.await(service + " is taken by all", () -> refusals(url(service)).isEmpty());
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
    command("replay", flights.toString(), "--to", TRAINED);
    millrace.awaitParts("flights");
    command("run", "flights");
    RunningMillrace.await(
        "the champion is loaded",
        () -> ask(url(Service.SERVING), "/v2/models/flights/ready").statusCode() == 200);
    command("replay", flights.toString(), "--from", TRAINED, "--to", UNTIL);
    millrace.awaitParts("flights");

    Reconciliation numbers = millrace.reconcile(RunningMillrace.flights());
    System.out.println(numbers.report());
    assertThat(numbers.isExact()).as(numbers.report()).isTrue();
    assertThat(numbers.count("examples")).isGreaterThan(10_000);
    assertThat(neighbours.registryRequests()).isPositive();
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
    command("status", "flights");
    command("status", "--json");
    for (Service service : Service.values()) {
      askEverything(url(service));
    }
    for (ServiceProcess process : millrace.system.processes()) {
      ANSWERS.append(Files.readString(Path.of("/proc/" + process.pid() + "/cmdline")));
    }
    List<Path> files = new ArrayList<>(neighbours.logs());
    files.add(untrusting.log());
    try (Stream<Path> written = Files.walk(home.folder())) {
      written
          .filter(Files::isRegularFile)
          .filter(file -> !file.startsWith(home.data("")))
          .forEach(files::add);
    }
    assertThat(files).hasSizeGreaterThan(Service.values().length);
    for (Path file : files) {
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
          .as("%s", file)
          .doesNotContain(SECRETS);
    }
    assertThat(ANSWERS.toString())
        .contains("KAFKA_REFUSED", "REGISTRY_REFUSED", "REDIS_REFUSED", "-jar", "rows in parts")
        .doesNotContain(SECRETS);
  }

  /** A second serving; by the environment, which wins over the file, it trusts somebody else. */
  private static ServiceProcess untrusting(Certificates others) {
    Ports ports = new Ports(PORT_BASE);
    Launch launch =
        new Components(Installation.find(), home, ports, SystemClients.of(home, ports), 0)
            .service(Service.SERVING, 2)
            .launch();
    List<String> command = new ArrayList<>(List.of("env"));
    Map.of(
            "KAFKA_SSL_TRUSTSTORE_LOCATION", others.trustStore(),
            "MILLRACE_REGISTRY_TRUST_STORE", others.authorityPem(),
            "MILLRACE_REDIS_TRUST_STORE", others.trustStore())
        .forEach((name, value) -> command.add(name + "=" + value));
    command.addAll(launch.command());
    return new Launch(
            launch.name(),
            launch.port(),
            command,
            launch.folder(),
            folder.resolve("untrusting.log"))
        .start(List.of());
  }

  /** By name, as readiness has it now; none before it answers. */
  private static Map<String, String> refusals(URI service) throws Exception {
    Map<String, String> refusals = new TreeMap<>();
    try {
      for (JsonNode check :
          RunningMillrace.JSON.readTree(ask(service, "/q/health/ready").body()).path("checks")) {
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

  private static void askEverything(URI service) throws Exception {
    for (String path :
        List.of(
            "/",
            "/q/health",
            "/q/metrics",
            "/q/info",
            "/q/openapi",
            "/q/dev",
            "/v1/pipelines",
            "/v1/pipelines/flights",
            "/v1/pipelines/flights/alerts",
            "/v1/models",
            "/v1/models/flights",
            "/v2/models/flights",
            "/no-such-page")) {
      ask(service, path);
    }
  }

  private static HttpResponse<String> ask(URI service, String path) throws Exception {
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(service.resolve(path)).timeout(Duration.ofSeconds(60)).build(),
            HttpResponse.BodyHandlers.ofString());
    ANSWERS.append(answer.headers().map()).append(answer.body()).append('\n');
    return answer;
  }

  /** Runs a command of the entry script, and keeps what it says. */
  private static void command(String... command) {
    PrintStream before = System.out;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      millrace.run(command);
    } finally {
      System.setOut(before);
      before.println(said.toString(StandardCharsets.UTF_8));
      ANSWERS.append(said.toString(StandardCharsets.UTF_8));
    }
  }

  private static URI url(Service service) {
    return URI.create("http://localhost:" + new Ports(PORT_BASE).service(service, 1));
  }

  private static String log(String process) throws IOException {
    return Files.readString(home.log(process));
  }

  private static void giveTheRightSecrets() throws Exception {
    neighbours.setKafkaPassword(KAFKA);
    secret("redis-password", RIGHT.redis());
    secret("registry-token", RIGHT.registry());
  }

  private static void secret(String name, String text) throws IOException {
    Path file = Files.createDirectories(folder.resolve("secrets")).resolve(name);
    Files.writeString(file, text + "\n");
  }
}
