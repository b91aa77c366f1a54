package io.millrace.messaging.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.millrace.messaging.pipelines.PipelineVersions;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.topics.NewTopics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A service is ready once it knows which pipelines there are, and stays so. */
@ExtendWith(KafkaClusterExtension.class)
class PipelinesFollowerIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String TOPIC = ControlTopic.PIPELINES.name();

  static KafkaCluster cluster;

  @Test
  void shouldBeReadyOnceTheTopicWasReadToItsEndAndStaySoWhenItIsGone() throws Exception {
    PipelinesFollower pipelines =
        new PipelinesFollower(
            KafkaClients.at(cluster.getBootstrapServers()),
            new PipelineApplications(
                runnable -> {
                  throw new AssertionError("there is no pipeline");
                }),
            new PipelineVersions(),
            new SchemaCache(new RegistryInMemory()));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.getBootstrapServers()))) {
      assertThat(pipelines.call().getStatus()).as("not begun").isEqualTo(Status.DOWN);
      pipelines.start();
      until(() -> failure(pipelines).contains("TOPIC_MISSING"));
      assertThat(pipelines.call().getStatus()).as("no topic").isEqualTo(Status.DOWN);
      assertThat(pipelines.call().getData().orElseThrow()).containsEntry("state", "CATCHING_UP");

      NewTopics.create(admin, List.of(new NewTopic(TOPIC, 2, (short) 1)));
      sendJunk();

      until(() -> pipelines.call().getStatus() == Status.UP);
      admin.deleteTopics(List.of(TOPIC)).all().get();
      until(() -> failure(pipelines).contains("TOPIC_MISSING"));
      assertThat(pipelines.call().getStatus()).as("what runs goes on").isEqualTo(Status.UP);
    } finally {
      pipelines.stop();
    }
  }

  private static void sendJunk() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.getBootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(TOPIC, "hello".getBytes(UTF_8))).get();
    }
  }

  private static String failure(PipelinesFollower pipelines) {
    HealthCheckResponse response = pipelines.call();
    return String.valueOf(response.getData().orElse(Map.of()).get("failure"));
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
