package io.millrace.ingest.pipelines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.fuzz.Junk;
import io.millrace.ingest.pipelines.PipelineLog.Known;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.messaging.topics.NewTopics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KafkaClusterExtension.class)
class PipelineLogIT {
  private static final int SCHEMA_ID = 3;
  private static final String TOPIC = ControlTopic.PIPELINES.name();
  private static final Path FLIGHTS = Path.of("..", "..", "examples", "flights", "pipeline.yaml");

  private final SchemaCache schemas =
      new SchemaCache(new RegistryInMemory(SCHEMA_ID, PipelineVersion.getClassSchema()));
  private final RecordEncoder encoder = RecordEncoder.specific(SCHEMA_ID, PipelineVersion.class);

  @Test
  void shouldKnowThePipelinesBehindJunk(KafkaCluster cluster) throws Exception {
    Map<String, Object> connection = Map.of("bootstrap.servers", cluster.getBootstrapServers());
    try (Admin admin = Admin.create(connection)) {
      NewTopics.create(admin, List.of(new NewTopic(TOPIC, 2, (short) 1)));
    }
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(connection, new ByteArraySerializer(), new ByteArraySerializer())) {
      send(producer, "flights/1", encoder.encode(version(1).setFile(flights()).build()));
      send(producer, "flights/2", encoder.encode(version(2).setFile(flights()).build()));
      for (byte[] junk : Junk.values(SCHEMA_ID)) {
        send(producer, "flights", junk);
        send(producer, "lost/4", junk);
      }
      send(producer, "flights/3", encoder.encode(version(3).setFile("a: [").build()));
      send(producer, "flights/-5", encoder.encode(version(-5).setFile(flights()).build()));
      send(producer, "flights", null);
    }

    Map<String, Known> pipelines =
        new PipelineLog(new KafkaClients(connection), schemas).pipelines();

    assertThat(pipelines).containsOnlyKeys("flights", "lost");
    assertThat(pipelines.get("flights").newest().getVersion()).isEqualTo(2);
    assertThat(pipelines.get("flights").number()).as("what a key says is taken").isEqualTo(3);
    assertThat(pipelines.get("lost").newest().getDeleted()).isTrue();
    assertThat(pipelines.get("lost").number()).isEqualTo(4);
  }

  private static void send(Producer<byte[], byte[]> producer, String key, byte[] value) {
    producer.send(new ProducerRecord<>(TOPIC, 0, key.getBytes(UTF_8), value));
  }

  private static PipelineVersion.Builder version(int number) {
    return PipelineVersion.newBuilder()
        .setPipeline("flights")
        .setVersion(number)
        .setPartitions(2)
        .setSchemas(Map.of())
        .setAppliedAt(Instant.EPOCH);
  }

  private static String flights() throws IOException {
    return Files.readString(FLIGHTS);
  }
}
