package io.millrace.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.fixtures.BrokerInVm;
import io.millrace.fixtures.FreePort;
import io.millrace.messaging.topics.TopicAccess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutageIT {
  private static final String PIPELINE = "/v1/pipelines/taxis";
  private static final String RIDES = PIPELINE + "/streams/rides";
  private static final String FILE = PipelineYaml.named("taxis").text();

  private final int registryPort = FreePort.any();
  private final String registryUrl = "http://localhost:" + registryPort;
  private Path registryMemory;
  private BrokerInVm kafka;

  @BeforeEach
  void startBroker(@TempDir Path memory) {
    registryMemory = memory;
    kafka = new BrokerInVm();
  }

  @AfterEach
  void stopBroker() {
    kafka.close();
  }

  @Test
  void shouldGoOnWhenTheRegistryComesLateAndLeavesAgain() {
    try (IngestProcess ingest = IngestProcess.start(kafka.bootstrapServers(), registryUrl)) {
      Http http = ingest.awaitReady().http();
      http.put(PIPELINE, FILE).shouldBe(ErrorCode.REGISTRY_UNAVAILABLE);

      try (RegistryProcess registry = RegistryProcess.start(registryPort, registryMemory)) {
        assertThat(http.put(PIPELINE, FILE).shouldBe(201).body().path("version").asInt())
            .as("nothing of the first try counts")
            .isEqualTo(1);
        post(http, "a").shouldBe(200);
      }

      post(http, "b").shouldBe(200);
      http.put(PIPELINE, FILE + "\n").shouldBe(ErrorCode.REGISTRY_UNAVAILABLE);
    }
    try (IngestProcess ingest = IngestProcess.start(kafka.bootstrapServers(), registryUrl)) {
      post(ingest.http(), "c").shouldBe(503);
      ingest.http().get("/q/health/ready").shouldBe(503);
      ingest.http().get("/q/health/live").shouldBe(200);

      try (RegistryProcess registry = RegistryProcess.start(registryPort, registryMemory)) {
        ingest.awaitReady();
        post(ingest.http(), "c").shouldBe(200);
        assertThat(Records.of(kafka.bootstrapServers(), registryUrl, "millrace.taxis.rides"))
            .extracting(ConsumerRecord::key)
            .containsExactlyInAnyOrder("a", "b", "c");
      }
    }
  }

  @Test
  void shouldCountOnWhenTheRegistryHasLostItsMemory(@TempDir Path otherMemory) {
    try (RegistryProcess registry = RegistryProcess.start(registryPort, registryMemory);
        IngestProcess ingest = IngestProcess.start(kafka.bootstrapServers(), registryUrl)) {
      Http http = ingest.awaitReady().http();
      http.put("/v1/pipelines/earlier", PipelineYaml.named("earlier").text()).shouldBe(201);
      http.put(PIPELINE, FILE).shouldBe(201);
    }
    try (RegistryProcess registry = RegistryProcess.start(registryPort, otherMemory);
        IngestProcess ingest = IngestProcess.start(kafka.bootstrapServers(), registryUrl)) {
      Http http = ingest.awaitReady().http();

      assertThat(http.put(PIPELINE, FILE).shouldBe(201).body().path("version").asInt())
          .isEqualTo(2);

      post(http, "a").shouldBe(200);
      assertThat(Records.of(kafka.bootstrapServers(), registryUrl, "millrace.taxis.rides"))
          .hasSize(1);
    }
  }

  @Test
  void shouldRefuseWhileTheBrokerIsAwayAndGoOnAfterwards() {
    kafka.stop();
    try (RegistryProcess registry = RegistryProcess.start(registryPort, registryMemory);
        IngestProcess ingest = IngestProcess.start(kafka.bootstrapServers(), registryUrl)) {
      Http http = ingest.http();
      http.get("/q/health/ready").shouldBe(503);
      post(http, "a").shouldBe(ErrorCode.KAFKA_UNAVAILABLE);
      http.put(PIPELINE, FILE).shouldBe(ErrorCode.KAFKA_UNAVAILABLE);

      kafka.startAgain();
      ingest.awaitReady();
      http.put(PIPELINE, FILE).shouldBe(201);
      post(http, "b").shouldBe(200);

      kafka.stop();
      long start = System.nanoTime();
      Http.Answer refused = post(http, "c").shouldBe(ErrorCode.KAFKA_UNAVAILABLE);
      System.out.println("refused after " + Duration.ofNanos(System.nanoTime() - start));
      assertThat(refused.detail()).contains("send the same request again");
      http.put(PIPELINE, FILE + "\n").shouldBe(ErrorCode.KAFKA_UNAVAILABLE);
      http.get("/q/health/live").shouldBe(200);

      kafka.startAgain();
      post(http, "c").shouldBe(200);
      assertThat(http.put(PIPELINE, FILE).shouldBe(200).body().path("version").asInt())
          .isEqualTo(1);
      assertThat(Records.of(kafka.bootstrapServers(), registryUrl, "millrace.taxis.rides"))
          .extracting(ConsumerRecord::key)
          .contains("b", "c")
          .doesNotContain("a");
    }
  }

  @Test
  void shouldTakeNoEventsWhileTheBrokersDiskHasLessLeftThanIsWanted() {
    Map<String, String> moreThanThereIs =
        Map.of("millrace.ingest.least-free-bytes", String.valueOf(Long.MAX_VALUE));
    try (RegistryProcess registry = RegistryProcess.start(registryPort, registryMemory);
        IngestProcess ingest =
            IngestProcess.start(kafka.bootstrapServers(), registryUrl, moreThanThereIs)) {
      Http http = ingest.awaitReady().http();
      http.put(PIPELINE, FILE).shouldBe(201);

      Instant giveUp = Instant.now().plus(Duration.ofMinutes(2));
      while (post(http, "a").status() == 200) {
        assertThat(Instant.now()).as("the brokers say what is free").isBefore(giveUp);
      }
      Http.Answer refused = post(http, "b").shouldBe(ErrorCode.STORAGE_LOW);
      assertThat(refused.retryAfter()).contains("10");
      assertThat(refused.detail()).contains("GiB left").contains("GiB wanted").contains("broker");
    }
    try (RegistryProcess registry = RegistryProcess.start(registryPort, registryMemory);
        IngestProcess ingest = IngestProcess.start(kafka.bootstrapServers(), registryUrl)) {
      post(ingest.awaitReady().http(), "c").shouldBe(200);
      assertThat(Records.of(kafka.bootstrapServers(), registryUrl, "millrace.taxis.rides"))
          .extracting(ConsumerRecord::key)
          .contains("c")
          .doesNotContain("b");
    }
  }

  @Test
  void shouldSayThatTheBrokerRefusesATopicAndTakeEventsWhenItDoesNot() throws Exception {
    try (RegistryProcess registry = RegistryProcess.start(registryPort, registryMemory);
        IngestProcess ingest = IngestProcess.start(kafka.bootstrapServers(), registryUrl);
        Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      Http http = ingest.awaitReady().http();
      http.put(PIPELINE, FILE).shouldBe(201);
      http.put("/v1/pipelines/other", PipelineYaml.named("other").text()).shouldBe(201);
      post(http, "a").shouldBe(200);

      TopicAccess.deny(admin, "millrace.taxis.rides");
      Instant giveUp = Instant.now().plus(Duration.ofMinutes(2));
      while (post(http, "a").status() == 200) {
        assertThat(Instant.now()).as("the broker has heard of it").isBefore(giveUp);
      }
      Http.Answer refused = post(http, "b").shouldBe(ErrorCode.KAFKA_REFUSED);
      assertThat(refused.detail()).contains("millrace.taxis.rides").contains("again");
      assertThat(refused.retryAfter()).isPresent();
      http.post(
              "/v1/pipelines/other/streams/rides",
              "application/json",
              "{\"ride\": \"a\", \"start\": 978307200000}")
          .shouldBe(200);

      TopicAccess.allow(admin, "millrace.taxis.rides");
      while (post(http, "c").status() != 200) {
        assertThat(Instant.now()).as("events are taken again").isBefore(giveUp);
      }
      assertThat(Records.of(kafka.bootstrapServers(), registryUrl, "millrace.taxis.rides"))
          .extracting(ConsumerRecord::key)
          .contains("a", "c")
          .doesNotContain("b");
    }
  }

  private static Http.Answer post(Http http, String id) {
    return http.post(
        RIDES, "application/json", "{\"ride\": \"" + id + "\", \"start\": 978307200000}");
  }
}
