package io.millrace.transformer.online;

import io.millrace.contracts.topics.DataTopic;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The consumer of a pipeline's features.
 *
 * @param instance unique per process; the static group membership hangs on it
 */
record FeatureClients(String bootstrapServers, String instance, String pipeline) {
  private static final int SESSION_TIMEOUT_MS = 10_000;
  private static final int METADATA_MAX_AGE_MS = 5_000;

  String topic() {
    return DataTopic.FEATURES.of(pipeline);
  }

  Consumer<byte[], byte[]> consumer() {
    String group = "millrace-transformer-" + pipeline + "-redis";
    return new KafkaConsumer<>(
        Map.ofEntries(
            Map.entry(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
            Map.entry(ConsumerConfig.GROUP_ID_CONFIG, group),
            Map.entry(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance),
            Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, group + "-" + instance),
            Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
            Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
            Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
            Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false),
            Map.entry(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MS),
            Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS),
            Map.entry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_TIMEOUT_MS / 3),
            Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1_000),
            Map.entry(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName())),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  /** The id of the topic, which a new one of the same name doesn't share. */
  String log() throws InterruptedException {
    try (Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                SESSION_TIMEOUT_MS / 2,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                SESSION_TIMEOUT_MS))) {
      return admin
          .describeTopics(List.of(topic()))
          .allTopicNames()
          .get(SESSION_TIMEOUT_MS, TimeUnit.MILLISECONDS)
          .values()
          .iterator()
          .next()
          .topicId()
          .toString();
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("no id of topic " + topic(), e);
    }
  }
}
