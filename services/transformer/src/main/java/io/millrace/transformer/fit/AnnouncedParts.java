package io.millrace.transformer.fit;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The parts of a pipeline, as {@code millrace.datasets} has them at the time. */
record AnnouncedParts(String bootstrapServers, SchemaCache schemas) {
  private static final Duration POLL = Duration.ofMillis(200);

  /** The newest version of each, by name. */
  List<PartWritten> of(String pipeline) {
    Map<String, PartWritten> newest = new TreeMap<>();
    RecordDecoder<PartWritten> decoder = RecordDecoder.specific(schemas, PartWritten.class);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      String topic = ControlTopic.DATASETS.name();
      List<PartitionInfo> partitions = consumer.listTopics().getOrDefault(topic, List.of());
      if (partitions.isEmpty()) {
        return List.of();
      }
      TopicPartition partition =
          new TopicPartition(topic, ControlRecords.partitionOf(pipeline, partitions.size()));
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = end(partition);
      while (consumer.position(partition) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          PartWritten part = part(decoder.decode(record.value()));
          if (part.getPipeline().equals(pipeline)) {
            newest.merge(part.getPart(), part, (a, b) -> a.getVersion() > b.getVersion() ? a : b);
          }
        }
      }
    }
    return List.copyOf(newest.values());
  }

  /**
   * Where the partition ends, transactions that are open included: their parts may be committed by
   * the time that they are read.
   */
  private long end(TopicPartition partition) {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      return admin
          .listOffsets(Map.of(partition, OffsetSpec.latest()))
          .partitionResult(partition)
          .get()
          .offset();
    } catch (ExecutionException e) {
      throw new KafkaException("where " + partition + " ends", e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static PartWritten part(Decoded<PartWritten> decoded) {
    return switch (decoded) {
      case Decoded.Value<PartWritten> value -> value.value();
      case Decoded.Failed<PartWritten> failed ->
          throw new IllegalStateException("an announced part: " + failed.message());
    };
  }
}
