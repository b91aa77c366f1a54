package io.millrace.serving.online;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.millrace.serving.Flights;
import io.millrace.serving.FlightsTopics;
import io.millrace.serving.ModelFiles;
import io.millrace.serving.models.Lease;
import io.millrace.serving.models.ModelRepository;
import io.millrace.serving.models.ModelSelector;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ten versions go live one after another under 200 requests a second. */
@QuarkusTest
@QuarkusTestResource(value = Servers.class, restrictToAnnotatedClass = true)
class SwapUnderLoadIT {
  private static final Logger LOG = LoggerFactory.getLogger(SwapUnderLoadIT.class);
  private static final int REQUESTS_A_SECOND = 200;
  private static final int VERSIONS = 10;
  private static final String BODY =
      """
      {"inputs": [
        {"name": "departure", "shape": [1], "datatype": "BYTES", "data": ["2001-01-10T12:01:00Z"]},
        {"name": "origin", "shape": [1], "datatype": "BYTES", "data": ["JFK"]},
        {"name": "miles", "shape": [1], "datatype": "INT64", "data": [475]}]}""";

  @TestHTTPResource URI address;
  @Inject PipelineApplications applications;
  @Inject ModelRepository models;
  private final ModelFiles files = new ModelFiles(ArtifactStore.at(Servers.artifacts.toUri()));
  private final HttpClient http = HttpClient.newHttpClient();
  private final Queue<String> failures = new ConcurrentLinkedQueue<>();

  @Test
  void shouldFailNoRequestWhileVersionsGoLive() throws Exception {
    applications.acceptNow(
        PipelineVersion.newBuilder()
            .setPipeline("flights")
            .setVersion(1)
            .setFile(Flights.YAML)
            .setPartitions(FlightsTopics.PARTITIONS)
            .setSchemas(Flights.schemaIds())
            .setAppliedAt(Instant.EPOCH)
            .build());
    goLive(1);
    List<Long> warm = load(() -> Thread.sleep(3_000));
    List<Long> steady = load(() -> Thread.sleep(5_000));
    List<Long> swaps =
        load(
            () -> {
              for (int version = 2; version <= VERSIONS + 1; version++) {
                goLive(version);
                Thread.sleep(200);
              }
            });

    LOG.info(
        "p99 of {} requests while steady: {} ms; of {} while {} versions went live: {} ms",
        steady.size(),
        p99(steady),
        swaps.size(),
        VERSIONS,
        p99(swaps));
    assertThat(warm).isNotEmpty();
    assertThat(failures).isEmpty();
    assertThat(models.loadedVersions("flights")).containsExactly(VERSIONS, VERSIONS + 1);
  }

  private void goLive(int version) {
    Servers.topics.send(files.version(version, -1, 1));
    Servers.topics.send(ModelFiles.champion(version, version));
    await()
        .atMost(Duration.ofMinutes(2))
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(
            () -> {
              try (Lease lease = models.lease("flights", ModelSelector.champion())) {
                return lease.identity().version() == version;
              }
            });
  }

  /** Microseconds that each request took from when it was due, sent at a fixed rate meanwhile. */
  private List<Long> load(During during) throws Exception {
    Queue<Long> took = new ConcurrentLinkedQueue<>();
    AtomicInteger sent = new AtomicInteger();
    try (ScheduledExecutorService clock = Executors.newScheduledThreadPool(1)) {
      var unused =
          clock.scheduleAtFixedRate(
              () -> request(took, sent), 0, 1_000_000 / REQUESTS_A_SECOND, TimeUnit.MICROSECONDS);
      during.run();
    }
    await().atMost(Duration.ofMinutes(2)).until(() -> took.size() == sent.get());
    return took.stream().sorted().toList();
  }

  private void request(Queue<Long> took, AtomicInteger sent) {
    sent.incrementAndGet();
    long start = System.nanoTime();
    var unused =
        http.sendAsync(
                HttpRequest.newBuilder(address.resolve("/v2/models/flights/infer"))
                    .timeout(Duration.ofMinutes(1))
                    .POST(HttpRequest.BodyPublishers.ofString(BODY))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .whenComplete(
                (response, failure) -> {
                  took.add((System.nanoTime() - start) / 1_000);
                  if (failure != null || response.statusCode() != 200) {
                    failures.add(failure == null ? response.body() : failure.toString());
                  }
                });
  }

  private static double p99(List<Long> sorted) {
    return sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1) / 1_000.0;
  }

  private interface During {
    void run() throws Exception;
  }
}
