package io.millrace.transformer.fit;

import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.fuzz.Junk;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.topics.NewTopics;
import io.millrace.transformer.parts.AnnouncedParts;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KafkaClusterExtension.class)
class AnnouncedPartsIT {
  private static final int PARTITIONS = 3;
  private static final int SCHEMA_ID = 8;

  private final RegistryInMemory registry =
      new RegistryInMemory(SCHEMA_ID, PartWritten.getClassSchema());
  private final SchemaCache schemas = new SchemaCache(registry);
  private final ControlRecords<PartWritten> records =
      ControlRecords.registered(ControlTopic.DATASETS, registry, "/test");

  @Test
  void shouldFindTheNewestVersionOfEveryCommittedPart(KafkaCluster cluster) throws Exception {
    // Given two pipelines of one partition, a part that was superseded, one never committed, junk
    String bootstrap = cluster.getBootstrapServers();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap));
        Producer<byte[], byte[]> producer =
            new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "transactional.id", "parts"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
      NewTopics.create(
          admin, List.of(new NewTopic(ControlTopic.DATASETS.name(), PARTITIONS, (short) 1)));
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, part("taxi", "b", 2));
      for (byte[] junk : Junk.values(SCHEMA_ID)) {
        sendJunk(producer, junk);
      }
      sendJunk(producer, null);
      send(producer, part("taxi", "no such version", -1));
      send(producer, part("taxi", "a", 1));
      send(producer, part("taxi", "b", 1));
      send(producer, part("other", "c", 1));
      producer.flush();
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, part("taxi", "d", 1));
      producer.flush();
      producer.abortTransaction();
    }

    // When
    List<PartWritten> found = new AnnouncedParts(KafkaClients.at(bootstrap), schemas).of("taxi");

    // Then
    assertThat(found).containsExactly(part("taxi", "a", 1), part("taxi", "b", 2));
    assertThat(new AnnouncedParts(KafkaClients.at(bootstrap), schemas).of("nobody")).isEmpty();
  }

  @Test
  void shouldFindThePartsFromBeforeTheTopicGotMorePartitions(KafkaCluster cluster)
      throws Exception {
    String topic = ControlTopic.DATASETS.name();
    int grown = 2 * PARTITIONS + 1;
    assertThat(ControlRecords.partitionOf("taxi", grown))
        .isNotEqualTo(ControlRecords.partitionOf("taxi", PARTITIONS));
    Map<String, Object> connection = Map.of("bootstrap.servers", cluster.getBootstrapServers());
    try (Admin admin = Admin.create(connection)) {
      NewTopics.create(admin, List.of(new NewTopic(topic, PARTITIONS, (short) 1)));
      send(connection, part("taxi", "a", 1), PARTITIONS);
      send(connection, part("taxi", "b", 1), PARTITIONS);
      admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(grown))).all().get();
      NewTopics.awaitLeaders(admin, Map.of(topic, grown));
      send(connection, part("taxi", "b", 2), grown);
    }

    List<PartWritten> found =
        new AnnouncedParts(KafkaClients.at(cluster.getBootstrapServers()), schemas).of("taxi");

    assertThat(found).containsExactly(part("taxi", "a", 1), part("taxi", "b", 2));
  }

  private void send(Map<String, Object> connection, PartWritten part, int partitions)
      throws Exception {
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(connection, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(records.record("taxi", part.getPart(), part, TaxiRows.START, partitions)).get();
    }
  }

  @Test
  void shouldFindNothingWithoutTheTopic(KafkaCluster cluster) {
    assertThat(
            new AnnouncedParts(KafkaClients.at(cluster.getBootstrapServers()), schemas).of("taxi"))
        .isEmpty();
  }

  private void send(Producer<byte[], byte[]> producer, PartWritten part) {
    String key = part.getPipeline() + "/" + part.getPart() + "/" + part.getVersion();
    producer.send(records.record("taxi", key, part, TaxiRows.START, PARTITIONS));
  }

  private static void sendJunk(Producer<byte[], byte[]> producer, byte @Nullable [] value) {
    int partition = ControlRecords.partitionOf("taxi", PARTITIONS);
    producer.send(
        new ProducerRecord<>(ControlTopic.DATASETS.name(), partition, new byte[] {1}, value));
  }

  private static PartWritten part(String pipeline, String name, int version) {
    return PartWritten.newBuilder()
        .setPipeline(pipeline)
        .setPart(name)
        .setVersion(version)
        .setUri("file:///" + name)
        .setSha256("00")
        .setBytes(1)
        .setRows(1)
        .setPartition(0)
        .setFirstOffset(0)
        .setLastOffset(0)
        .setMinTime(TaxiRows.START)
        .setMaxTime(TaxiRows.START)
        .setPipelineVersion(1)
        .build();
  }
}
