package io.millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.fixtures.BrokerInVm;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a service does between the signal and its end. */
class DrainIT {
  private static final int BY_SIGTERM = 128 + 15;
  private static final String PIPELINE = "/v1/pipelines/taxis";
  private static final String RIDES = PIPELINE + "/streams/rides";
  private static final Map<String, String> DRAINS =
      Map.of(
          "millrace.drain.at-most", "PT50S",
          "millrace.drain.at-least", "PT3S",
          "millrace.drain.quiet", "PT2S");

  private static final AtomicLong ids = new AtomicLong();
  private static BrokerInVm kafka;
  private static RegistryProcess registry;
  private static IngestProcess other;

  @BeforeAll
  static void startAll() {
    kafka = new BrokerInVm();
    registry = RegistryProcess.start();
    other = start(Map.of());
    other.http().put(PIPELINE, PipelineYaml.named("taxis").text()).shouldBe(201);
  }

  @AfterAll
  static void stopAll() {
    other.close();
    registry.close();
    kafka.close();
  }

  /**
   * New connections go elsewhere already before the signal, or only a while after it. Those that
   * are kept stay.
   */
  @ParameterizedTest
  @CsvSource({"HTTP_1_1, before", "HTTP_1_1, after", "HTTP_2, before", "HTTP_2, after"})
  void shouldFailNoRequestOnKeptConnections(HttpClient.Version version, String elsewhere)
      throws Exception {
    try (IngestProcess stopped = start(DRAINS);
        ServiceAddress address = new ServiceAddress(stopped.port());
        Producers producers = new Producers(address.url(), version)) {
      producers.untilAnswered(200);
      if (elsewhere.equals("before")) {
        address.leadTo(other.port());
      }
      stopped.terminate();
      producers.untilAnswered(200);
      address.leadTo(other.port());

      assertThat(stopped.awaitEnd()).isEqualTo(BY_SIGTERM);

      producers.untilAnswered(200);
      assertThat(producers.failures).isEmpty();
      assertThat(stopped.log()).contains("drained, unanswered=0");
    }
  }

  @Test
  void shouldAnswerAndAskToLeaveAndSayThatItIsNotReady() throws Exception {
    try (IngestProcess stopped = start(DRAINS);
        KeptConnection used = new KeptConnection(stopped.port());
        KeptConnection slow = new KeptConnection(stopped.port());
        KeptConnection idle = new KeptConnection(stopped.port());
        KeptConnection gone = new KeptConnection(stopped.port())) {
      assertThat(used.post(RIDES, ride()).asksToLeave()).isFalse();
      assertThat(idle.post(RIDES, ride()).asksToLeave()).isFalse();
      String late = ride();
      slow.begin(RIDES, late.length());
      gone.begin(RIDES, late.length());
      gone.write("{");
      gone.close();

      long begin = System.nanoTime();
      stopped.terminate();
      Http.Answer ready = awaitNotReady(stopped);

      assertThat(ready.body().toString())
          .contains("{\"name\":\"drain\",\"status\":\"DOWN\",\"data\":{\"state\":\"DRAINING\"");
      stopped.http().get("/q/health/live").shouldBe(200);
      KeptConnection.Head last = used.post(RIDES, ride());
      assertThat(last.status()).isEqualTo(200);
      assertThat(last.asksToLeave()).isTrue();
      assertThat(used.isClosed()).isTrue();
      Thread.sleep(Duration.ofSeconds(6)); // longer than the least and the quiet time
      KeptConnection.Head answered = slow.send(late);
      assertThat(answered.status()).isEqualTo(200);
      assertThat(answered.asksToLeave()).isTrue();

      assertThat(idle.isClosed()).as("and not before the end").isTrue();
      assertThat(stopped.awaitEnd()).isEqualTo(BY_SIGTERM);
      assertThat(since(begin)).isGreaterThan(Duration.ofSeconds(8));
      assertThat(stopped.log()).contains("drained, unanswered=0");
      assertThatThrownBy(() -> new KeptConnection(stopped.port()))
          .isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void shouldStopAtOnceWhenToldAgain() throws Exception {
    try (IngestProcess stopped =
        start(Map.of("millrace.drain.at-most", "PT110S", "millrace.drain.at-least", "PT100S"))) {
      stopped.terminate();
      Http.Answer unused = awaitNotReady(stopped);
      long begin = System.nanoTime();

      stopped.terminate();

      assertThat(stopped.awaitEnd()).isEqualTo(BY_SIGTERM);
      assertThat(since(begin)).isLessThan(Duration.ofSeconds(60));
    }
  }

  @Test
  void shouldStopAtOnceByItself() throws Exception {
    try (IngestProcess stopped = start(Map.of());
        KeptConnection kept = new KeptConnection(stopped.port())) {
      assertThat(kept.post(RIDES, ride()).asksToLeave()).isFalse();

      long begin = System.nanoTime();
      stopped.terminate();

      assertThat(kept.isClosed()).isTrue();
      assertThat(stopped.awaitEnd()).isEqualTo(BY_SIGTERM);
      assertThat(stopped.log()).doesNotContain("drain");
      System.out.println("stopped in " + since(begin));
    }
  }

  private static IngestProcess start(Map<String, String> settings) {
    return IngestProcess.start(kafka.bootstrapServers(), registry.url(), settings).awaitReady();
  }

  private static Http.Answer awaitNotReady(IngestProcess process) throws InterruptedException {
    for (int i = 0; i < 600; i++) {
      Http.Answer answer = process.http().get("/q/health/ready");
      if (answer.status() == 503) {
        return answer;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("is ready for ever");
  }

  private static String ride() {
    return "{\"ride\": \"" + ids.incrementAndGet() + "\", \"start\": 978307200000}";
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  /** Some that post one event after the other, on connections that they keep. */
  private static final class Producers implements AutoCloseable {
    final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong answered = new AtomicLong();
    private final List<Thread> threads = new ArrayList<>();
    private final HttpClient client;
    private final URI address;
    private volatile boolean closed;

    Producers(String url, HttpClient.Version version) {
      address = URI.create(url + RIDES);
      client = HttpClient.newBuilder().version(version).build();
      for (int i = 0; i < 4; i++) {
        threads.add(Thread.ofPlatform().daemon().start(this::post));
      }
    }

    private void post() {
      while (!closed) {
        HttpRequest request =
            HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(ride()))
                .build();
        try {
          HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
          if (answer.statusCode() != 200) {
            failures.add(answer.statusCode() + " " + answer.body());
          }
          answered.incrementAndGet();
        } catch (IOException e) {
          failures.add(e.toString());
        } catch (InterruptedException e) {
          return;
        }
      }
    }

    /** So many more. */
    void untilAnswered(int more) throws InterruptedException {
      long wanted = answered.get() + more;
      for (int i = 0; i < 6000 && answered.get() < wanted; i++) {
        Thread.sleep(10);
      }
      assertThat(answered.get()).isGreaterThanOrEqualTo(wanted);
    }

    @Override
    public void close() throws InterruptedException {
      closed = true;
      for (Thread thread : threads) {
        thread.join(Duration.ofSeconds(30));
      }
      client.shutdownNow();
    }
  }
}
