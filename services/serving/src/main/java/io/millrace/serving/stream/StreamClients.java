package io.millrace.serving.stream;

import io.millrace.contracts.topics.DataTopic;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The consumer of a pipeline's vectors and the producer of its predictions.
 *
 * @param instance unique per process; static group membership and the transactional id hang on it
 * @param batch the most vectors that are predicted at once
 */
record StreamClients(String bootstrapServers, String instance, String pipeline, int batch) {
  private static final int SESSION_TIMEOUT_MS = 10_000;
  private static final int METADATA_MAX_AGE_MS = 5_000;

  private String group() {
    return "millrace-serving-" + pipeline;
  }

  Consumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.ofEntries(
            Map.entry(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
            Map.entry(ConsumerConfig.GROUP_ID_CONFIG, group()),
            Map.entry(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance),
            Map.entry(ConsumerConfig.CLIENT_ID_CONFIG, group() + "-" + instance),
            Map.entry(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed"),
            Map.entry(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"),
            Map.entry(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false),
            Map.entry(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false),
            Map.entry(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MS),
            Map.entry(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS),
            Map.entry(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_TIMEOUT_MS / 3),
            Map.entry(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, batch),
            Map.entry(
                ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                CooperativeStickyAssignor.class.getName())),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }

  Producer<byte[], byte[]> producer() {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG,
            group() + "-" + instance,
            ProducerConfig.CLIENT_ID_CONFIG,
            group() + "-" + instance,
            ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
            SESSION_TIMEOUT_MS,
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            (long) SESSION_TIMEOUT_MS,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
            SESSION_TIMEOUT_MS / 2,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            SESSION_TIMEOUT_MS,
            ProducerConfig.LINGER_MS_CONFIG,
            5,
            ProducerConfig.BATCH_SIZE_CONFIG,
            128 * 1024,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            DataTopic.MOST_RECORD_BYTES),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
