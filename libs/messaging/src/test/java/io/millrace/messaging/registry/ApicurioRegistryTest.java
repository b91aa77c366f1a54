package io.millrace.messaging.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.clients.RegistryAccess;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against a server that answers what a registry, or something in its place, may answer. */
@Timeout(120)
class ApicurioRegistryTest {
  private static final Schema SCHEMA =
      SchemaBuilder.record("Departures").fields().optionalLong("id").endRecord();
  private static final byte[] VALUE = {0, 0, 0, 0, 7, 0};

  private static final Duration SHORT = Duration.ofMillis(300);

  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger asked = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private ApicurioRegistry registry;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    registry = new ApicurioRegistry(url());
  }

  private URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    over.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  @Test
  void shouldReadASchema() {
    answers(200, true, SCHEMA.toString());

    assertThat(registry.schema(7)).contains(SCHEMA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "42",
        "{\"type\":\"object\",\"properties\":{}}",
        "syntax = \"proto3\"; message A { string b = 1; }",
        "<schema/>",
        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"x\",\"type\":\"com.x.Other\"}]}",
        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"x\",\"type\":\"int\"},"
            + "{\"name\":\"x\",\"type\":\"int\"}]}",
        "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"x\",\"type\":\"int\","
            + "\"default\":\"seven\"}]}",
        "{\"type\":\"fixed\",\"name\":\"F\",\"size\":-1}",
        "{\"type\":\"int\",\"logicalType\":\"decimal\",\"precision\":-4}"
      })
  void shouldRefuseTheRecordsOfWhatIsNoSchemaThatCanBeUsed(String content) {
    answers(200, true, content);

    assertThat(code()).isEqualTo(ErrorCode.INCOMPATIBLE_SCHEMA);
    assertThat(code()).isEqualTo(ErrorCode.INCOMPATIBLE_SCHEMA);
  }

  @Test
  void shouldRefuseTheRecordsOfAnotherArtifactsSchema() {
    answers(
        200,
        true,
        SchemaBuilder.record("Other").fields().requiredString("id").endRecord().toString());

    assertThat(code()).isEqualTo(ErrorCode.INCOMPATIBLE_SCHEMA);
  }

  @Test
  void shouldRefuseTheRecordsOfADeepOrAnEndlessSchema() {
    answers(200, true, "{\"type\":\"array\",\"items\":".repeat(100_000));
    assertThat(code()).isEqualTo(ErrorCode.INCOMPATIBLE_SCHEMA);

    answers(200, true, "{\"type\":\"array\",\"items\":".repeat(400) + "\"int\"" + "}".repeat(400));
    assertThat(code()).isEqualTo(ErrorCode.INCOMPATIBLE_SCHEMA);

    answers(200, true, "[" + "\"int\",".repeat(1 << 18));
    assertThat(code()).isEqualTo(ErrorCode.INCOMPATIBLE_SCHEMA);
  }

  @Test
  void shouldNotAskForWhatNoRegistryGives() {
    answers(400, false, "{\"status\":400}");

    assertThat(registry.schema(-1)).isEmpty();
    assertThat(registry.schema(0)).isEmpty();
  }

  @Test
  void shouldAskAgainAfterAWhileForWhatWasNoSchema() {
    AtomicLong nanos = new AtomicLong();
    answers(200, true, "{\"type\":\"object\"}");
    SchemaCache cache = new SchemaCache(registry, nanos::get);

    assertThat(cache.lookUp(7)).isInstanceOf(SchemaCache.LookUp.Unusable.class);
    nanos.set(SchemaCache.UNUSABLE.toNanos() - 1);
    assertThat(cache.lookUp(7)).isInstanceOf(SchemaCache.LookUp.Unusable.class);
    assertThat(asked).hasValue(1);
    answers(200, true, SCHEMA.toString());
    nanos.incrementAndGet();
    assertThat(cache.lookUp(7)).isEqualTo(new SchemaCache.LookUp.Known(SCHEMA));
    nanos.addAndGet(SchemaCache.UNUSABLE.toNanos());
    assertThat(cache.lookUp(7)).isEqualTo(new SchemaCache.LookUp.Known(SCHEMA));
    assertThat(asked).hasValue(2);
  }

  @Test
  void shouldAskAgainForWhatItDidNotFind() {
    answers(404, false, "{\"status\":404,\"name\":\"ContentNotFoundException\"}");
    SchemaCache cache = new SchemaCache(registry);

    assertThat(cache.lookUp(7)).isInstanceOf(SchemaCache.LookUp.Unknown.class);
    answers(200, true, SCHEMA.toString());
    assertThat(cache.lookUp(7)).isEqualTo(new SchemaCache.LookUp.Known(SCHEMA));
  }

  /** What stands in front of a registry that is away must not make its records refused. */
  @ParameterizedTest
  @ValueSource(ints = {200, 301, 404, 429, 500, 503})
  void shouldTakeAPageForARegistryThatIsAway(int status) {
    answers(status, false, "<html><body>We are working on it</body></html>");

    assertIsAway();
  }

  @Test
  void shouldTakeAnUnexplainedFailureForARegistryThatIsAway() {
    answers(500, false, "{\"status\":500}");
    assertIsAway();

    answers(200, false, "{\"hello\":\"world\"}");
    assertIsAway();

    answers(404, false, "{}");
    assertIsAway();
  }

  @Test
  void shouldNotWaitForABodyWithoutEnd() {
    respond(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          while (over.getCount() > 0) {
            exchange.getResponseBody().write(new byte[1 << 16]);
          }
        });
    long before = allocated();

    assertIsAway();

    assertThat(allocated() - before).isLessThan(16 << 20);
  }

  @Test
  void shouldNotWaitForABodyThatDoesNotCome() {
    respond(
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          await(over);
        });

    assertIsAway(new ApicurioRegistry(RegistryAccess.open(url()), SHORT));
  }

  @Test
  void shouldNotWaitForAnAnswerThatDoesNotCome() {
    respond(exchange -> await(over));

    assertIsAway(new ApicurioRegistry(RegistryAccess.open(url()), SHORT));
  }

  @Test
  void shouldTakeACutConnectionForARegistryThatIsAway() {
    respond(
        exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write('{');
          throw new IOException("cut");
        });

    assertIsAway();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "null",
        "<html/>",
        "{\"version\":{\"artifactId\":\"another\",\"contentId\":4}}",
        "{\"version\":{\"artifactId\":\"departures-value\",\"contentId\":\"four\"}}",
        "{\"version\":{\"artifactId\":\"departures-value\",\"contentId\":0}}"
      })
  void shouldNotBelieveARegistrationThatIsNone(String content) {
    answers(200, false, content);

    assertThatThrownBy(() -> registry.register("departures-value", SCHEMA))
        .isInstanceOf(RegistryUnavailableException.class);
  }

  private void assertIsAway() {
    assertIsAway(registry);
  }

  private static void assertIsAway(ApicurioRegistry registry) {
    assertThatThrownBy(() -> registry.schema(7)).isInstanceOf(RegistryUnavailableException.class);
  }

  private ErrorCode code() {
    RecordDecoder<GenericRecord> decoder = RecordDecoder.generic(new SchemaCache(registry), SCHEMA);
    return ((Decoded.Failed<GenericRecord>) decoder.decode(VALUE)).code();
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private void answers(int status, boolean own, String body) {
    byte[] bytes = body.getBytes(UTF_8);
    respond(
        exchange -> {
          if (own) {
            exchange.getResponseHeaders().set("Content-Disposition", "attachment; filename=\"7\"");
          }
          exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
          exchange.getResponseBody().write(bytes);
        });
  }

  private void respond(Answer answer) {
    try {
      server.removeContext("/");
    } catch (IllegalArgumentException e) {
      assertThat(asked).as("no context but before the first answer").hasValue(0);
    }
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          try (exchange) {
            answer.to(exchange);
          }
        });
  }
}
