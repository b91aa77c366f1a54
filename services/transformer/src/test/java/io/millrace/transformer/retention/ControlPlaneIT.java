package io.millrace.transformer.retention;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.messaging.topics.NewTopics;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is said in the topics of a real broker, and what can't be read there. */
@ExtendWith(KafkaClusterExtension.class)
@SuppressWarnings("NullAway.Init") // the extension sets the cluster
class ControlPlaneIT {
  private static final int STEP_ID = 9;
  private static final List<ControlTopic<?>> TOPICS =
      List.of(
          ControlTopic.DATASETS, ControlTopic.RUNS, ControlTopic.MODELS, ControlTopic.PIPELINES);

  private KafkaCluster cluster;
  private KafkaClients kafka;
  private Producer<byte[], byte[]> producer;
  private final SchemaCache schemas = new SchemaCache(new RegistryInMemory());

  @BeforeEach
  void open() {
    kafka = KafkaClients.at(cluster.getBootstrapServers());
    schemas.add(STEP_ID, RunStep.getClassSchema());
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.getBootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @AfterEach
  void close() {
    producer.close();
  }

  @Test
  void shouldHoldThePipelineWhoseFactsCannotBeReadAndAllWhereNoneIsNamed() throws Exception {
    create(TOPICS);
    send(ControlTopic.RUNS, "tiny/r/requested", step("tiny", "requested"));
    send(ControlTopic.RUNS, "tiny/r/finish", step("tiny", "finish"));
    assertThat(read().of("tiny").holds()).isEmpty();

    send(ControlTopic.RUNS, "tiny/r2/transform", new byte[] {0, 1, 2, 3});
    send(ControlTopic.MODELS, "other@champion/1", step("tiny", "requested"));

    ControlPlane.Said said = read();
    assertThat(said.of("tiny").holds())
        .singleElement()
        .satisfies(
            hold -> assertThat(hold.reason()).contains("millrace.runs", "tiny/r2/transform"));
    assertThat(said.of("other").holds()).hasSize(1);
    assertThat(said.of("third").holds()).isEmpty();
    assertThat(said.holdsOfAll()).isEmpty();

    send(ControlTopic.RUNS, "tiny/r2/transform", null);
    send(ControlTopic.DATASETS, "nobody's", "no fact".getBytes(UTF_8));

    said = read();
    assertThat(said.holds()).containsOnlyKeys("other");
    assertThat(said.holdsOfAll())
        .singleElement()
        .satisfies(hold -> assertThat(hold.reason()).contains("millrace.datasets", "nobody's"));
    assertThat(said.of("third").holds()).hasSize(1);
  }

  @Test
  void shouldHoldAllWhileATopicIsMissing() throws Exception {
    create(TOPICS.subList(0, 3));

    assertThat(read().of("tiny").holds())
        .containsExactly(new Hold(ErrorCode.TOPIC_MISSING, "there is no topic millrace.pipelines"));
    assertThatThrownBy(() -> new SystemIdentity(kafka).get()).isInstanceOf(KafkaException.class);
  }

  @Test
  void shouldBeAnotherSystemOnceATopicIsMadeAnew() throws Exception {
    create(TOPICS);
    String before = new SystemIdentity(kafka).get();
    assertThat(new SystemIdentity(kafka).get()).isEqualTo(before).matches("millrace-[0-9a-f]{16}");

    try (Admin admin = kafka.admin()) {
      admin.deleteTopics(List.of(ControlTopic.DATASETS.name())).all().get();
    }
    create(List.of(ControlTopic.DATASETS));

    assertThat(new SystemIdentity(kafka).get()).isNotEqualTo(before);
  }

  private ControlPlane.Said read() {
    return new ControlPlane(kafka, schemas).read();
  }

  private void create(List<ControlTopic<?>> topics) throws Exception {
    for (long tries = 1; ; tries++) {
      try (Admin admin = kafka.admin()) {
        NewTopics.create(
            admin, topics.stream().map(topic -> new NewTopic(topic.name(), 2, (short) 1)).toList());
        return;
      } catch (ExecutionException e) { // it may still be going
        if (tries == 100) {
          throw e;
        }
      }
    }
  }

  private void send(ControlTopic<?> topic, String key, byte @Nullable [] value) throws Exception {
    producer.send(new ProducerRecord<>(topic.name(), 0, key.getBytes(UTF_8), value)).get();
  }

  private static byte[] step(String pipeline, String step) {
    return RecordEncoder.specific(STEP_ID, RunStep.class)
        .encode(
            RunStep.newBuilder()
                .setPipeline(pipeline)
                .setRun("r")
                .setStep(step)
                .setState("DONE")
                .setPipelineVersion(1)
                .setBy("test")
                .setAt(Instant.EPOCH)
                .build());
  }
}
