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
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Ten versions go live one after another under up to 200 requests a second. */
@QuarkusTest
@QuarkusTestResource(value = Servers.class, restrictToAnnotatedClass = true)
class SwapUnderLoadIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int REQUESTS_A_SECOND = 200;
  private static final int MOST_UNDER_WAY = 100;
  private static final int VERSIONS = 10;
  private static final int ANSWERS = 20;
  private static final Pattern VERSION = Pattern.compile("\"model_version\":\"(\\d+)\"");
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
  private final Semaphore underWay = new Semaphore(MOST_UNDER_WAY);
  private final Map<Integer, Integer> answers = new ConcurrentHashMap<>();
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
    try (ScheduledExecutorService clock = Executors.newScheduledThreadPool(1)) {
      var unused =
          clock.scheduleAtFixedRate(
              this::request, 0, 1_000_000 / REQUESTS_A_SECOND, TimeUnit.MICROSECONDS);
      awaitAnswersBy(1);
      for (int version = 2; version <= VERSIONS + 1; version++) {
        goLive(version);
        awaitAnswersBy(version);
      }
    }
    await().atMost(PATIENCE).until(() -> underWay.availablePermits() == MOST_UNDER_WAY);

    assertThat(failures).isEmpty();
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(models.loadedVersions("flights"))
                    .containsExactly(VERSIONS, VERSIONS + 1));
  }

  private void goLive(int version) {
    Servers.topics.send(files.version(version, -1, 1));
    Servers.topics.send(ModelFiles.champion(version, version));
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(
            () -> {
              try (Lease lease = models.lease("flights", ModelSelector.champion())) {
                return lease.identity().version() == version;
              }
            });
  }

  private void awaitAnswersBy(int version) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(failures).isEmpty();
              assertThat(answers.getOrDefault(version, 0)).isGreaterThanOrEqualTo(ANSWERS);
            });
  }

  private void request() {
    if (!underWay.tryAcquire()) {
      return; // the machine is slow
    }
    var unused =
        http.sendAsync(
                HttpRequest.newBuilder(address.resolve("/v2/models/flights/infer"))
                    .timeout(PATIENCE)
                    .POST(HttpRequest.BodyPublishers.ofString(BODY))
                    .build(),
                HttpResponse.BodyHandlers.ofString())
            .whenComplete(
                (response, failure) -> {
                  Matcher version = VERSION.matcher(failure == null ? response.body() : "");
                  if (failure == null && response.statusCode() == 200 && version.find()) {
                    answers.merge(Integer.valueOf(version.group(1)), 1, Integer::sum);
                  } else {
                    failures.add(failure == null ? response.body() : failure.toString());
                  }
                  underWay.release();
                });
  }
}
