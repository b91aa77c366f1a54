package io.millrace.transformer.online;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.features.online.EntityKey;
import io.millrace.features.online.OnlineStore;
import io.millrace.features.online.Source;
import io.millrace.features.online.StoreAnswer;
import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.features.online.Write;
import io.millrace.fixtures.RedisProcess;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.consumers.RecordFailedException;
import io.millrace.messaging.consumers.RecordedAlerts;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplicationFactory;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The service's HTTP door with a real Redis; without Kafka, which the online read doesn't need. */
@QuarkusTest
@TestProfile(OnlineFeaturesHttpIT.WithoutKafka.class)
@QuarkusTestResource(value = OnlineFeaturesHttpIT.Redis.class, restrictToAnnotatedClass = true)
class OnlineFeaturesHttpIT {
  private static final String NOON = "2001-01-10T12:00:00Z";
  private static final String FAILING = "failing";
  private static final Place PLACE = new Place("millrace.failing.rows", 0, 7);
  private static final String BODY =
      """
      {"feature_service": "flights", "entities":
        {"origin": ["JFK"], "gate": [7], "departure": ["2001-01-10T12:00:00Z"]}}""";

  @Inject PipelineApplications applications;
  @Inject OnlineStore store;

  @BeforeEach
  void run() {
    applications.accept(version("flights"));
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> applications.running("flights").isPresent());
    Source source = new Source("flights", "log", 0);
    byte[] panes = Flights.avro("origin", "JFK", "2001-01-10T11:42:00Z", 12.5, NOON);
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () ->
                isAnswered(store.beginFilling(source))
                    && isAnswered(
                        store.write(
                            source,
                            List.of(
                                new Write(new EntityKey("origin", "JFK"), 1, Optional.of(panes)))))
                    && ask(BODY).extract().statusCode() == 200);
  }

  @Test
  void shouldAnswerWhateverTheContentType() {
    answered(() -> ask(BODY))
        .statusCode(200)
        .body("metadata.feature_names[3]", equalTo("origin_delay_1h"))
        .body("results[3].values[0]", equalTo(12.5f))
        .body("results[5].statuses[0]", equalTo("NOT_FOUND"));
    answered(
            () ->
                given()
                    .contentType("application/x-www-form-urlencoded")
                    .body(BODY)
                    .post("/get-online-features")
                    .then())
        .statusCode(200);
  }

  @Test
  void shouldAnswerNoPageOfAnotherOrigin() {
    given()
        .header("Origin", "https://evil.example.org")
        .body(BODY)
        .post("/get-online-features")
        .then()
        .statusCode(403)
        .body("code", equalTo("ORIGIN_NOT_ALLOWED"));
    given()
        .header("Host", "evil.example.org")
        .body(BODY)
        .post("/get-online-features")
        .then()
        .statusCode(403)
        .body("code", equalTo("HOST_NOT_ALLOWED"));
  }

  @Test
  void shouldAnswerAProblemWhenTheRequestIsWrong() {
    ask("{\"feature_service\": \"nope\", \"entities\": {\"origin\": [\"JFK\"]}}")
        .statusCode(404)
        .contentType("application/problem+json")
        .body("code", equalTo("UNKNOWN_FEATURE"));
    ask("{").statusCode(400).body("code", equalTo("MALFORMED_JSON"));
    ask(" ".repeat(3 * 1024 * 1024)).statusCode(400).body("code", equalTo("MALFORMED_JSON"));
    ask(" ".repeat(3 * 1024 * 1024 + 1))
        .statusCode(413)
        .contentType("application/problem+json")
        .body("code", equalTo("BODY_TOO_LARGE"));
  }

  @Test
  void shouldAnswer503WhileRedisIsAwayAndComeBackByItself() {
    Redis.process.stop();

    ask(BODY)
        .statusCode(503)
        .contentType("application/problem+json")
        .body("code", equalTo("REDIS_UNAVAILABLE"));
    given().get("/q/health/live").then().statusCode(200);

    Redis.process.startAgain();
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> ask(BODY).extract().statusCode() == 200);
  }

  /** As the part writer does, and whatever else reads topics for a pipeline. */
  @Test
  void shouldNameInReadinessTheReaderThatHasFailed() {
    applications.accept(version(FAILING));

    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> ready(FAILING), startsWith("FAILED, APPLICATION_FAILED at " + PLACE));
    given()
        .get("/q/health/ready")
        .then()
        .statusCode(503)
        .body("status", equalTo("DOWN"))
        .body("checks.find {it.name == 'pipelines'}.status", equalTo("DOWN"))
        .body("checks.find {it.name == 'pipelines'}.data.flights", equalTo("RUNNING"))
        .body("checks.find {it.name == 'pipelines'}.data." + FAILING, endsWith("a bug"));
    given().get("/q/health/live").then().statusCode(200);

    Idle.isMended.set(true);
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> ready(FAILING), equalTo("RUNNING"));
    given()
        .get("/q/health/ready")
        .then()
        .body("checks.find {it.name == 'pipelines'}.status", equalTo("UP"));
  }

  private static String ready(String pipeline) {
    return given()
        .get("/q/health/ready")
        .then()
        .extract()
        .path("checks.find {it.name == 'pipelines'}.data." + pipeline);
  }

  private static PipelineVersion version(String name) {
    return PipelineVersion.newBuilder()
        .setPipeline(name)
        .setVersion(1)
        .setFile(Flights.YAML.replace("name: flights", "name: " + name))
        .setPartitions(1)
        .setSchemas(Map.of())
        .setAppliedAt(Instant.EPOCH)
        .build();
  }

  private static ValidatableResponse ask(String body) {
    return given().contentType("application/json").body(body).post("/get-online-features").then();
  }

  private static <T> boolean isAnswered(CompletionStage<StoreAnswer<T>> answer) {
    return answer.toCompletableFuture().join() instanceof Answered;
  }

  /** As often as Redis does not answer within the second that it is given. */
  private static ValidatableResponse answered(Callable<ValidatableResponse> asking) {
    return Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(asking, response -> response.extract().statusCode() != 503);
  }

  /** Runs pipelines without doing anything, and one with a reader that meets a bug. */
  @Alternative
  @ApplicationScoped
  static class Idle implements PipelineApplicationFactory {
    static final AtomicBoolean isMended = new AtomicBoolean();

    @Override
    public PipelineApplication start(RunnablePipeline pipeline) {
      if (pipeline.name().equals(FAILING)) {
        return new Reading();
      }
      return new PipelineApplication() {
        @Override
        public State state() {
          return State.RUNNING;
        }

        @Override
        public Map<String, Object> counts() {
          return Map.of();
        }

        @Override
        public void close() {}
      };
    }
  }

  /** Reads rows, and fails at one for as long as the bug is there. */
  private static final class Reading implements PipelineApplication, ConsumerLoop.Handler {
    private final RecordedAlerts alerts = new RecordedAlerts();
    private final ConsumerLoop loop =
        new ConsumerLoop(
            "parts-" + FAILING, () -> new MockConsumer<>("earliest"), this, alerts.watch());

    Reading() {
      loop.start();
    }

    @Override
    public void begin(Consumer<byte[], byte[]> consumer) {}

    @Override
    public void handle(ConsumerRecords<byte[], byte[]> records) {
      if (!Idle.isMended.get()) {
        throw new RecordFailedException(PLACE, new IllegalStateException("a bug"));
      }
    }

    @Override
    public State state() {
      return loop.state();
    }

    @Override
    public Optional<PipelineFailure> failure() {
      return loop.failure();
    }

    @Override
    public Map<String, Object> counts() {
      return Map.of();
    }

    @Override
    public void close() {
      loop.close();
    }
  }

  public static class WithoutKafka implements QuarkusTestProfile {
    @Override
    public Set<Class<?>> getEnabledAlternatives() {
      return Set.of(Idle.class);
    }

    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("quarkus.http.test-port", "0");
    }
  }

  public static class Redis implements QuarkusTestResourceLifecycleManager {
    @SuppressWarnings("NullAway.Init") // set before any test runs
    static RedisProcess process;

    @Override
    public Map<String, String> start() {
      process = new RedisProcess();
      return Map.of("millrace.redis.url", process.uri().toString());
    }

    @Override
    public void stop() {
      process.close();
    }
  }
}
