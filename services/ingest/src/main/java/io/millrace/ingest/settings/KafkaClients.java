package io.millrace.ingest.settings;

import io.millrace.contracts.topics.DataTopic;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the clients of the broker, each with time-outs shorter than a caller's patience. */
@ApplicationScoped
public class KafkaClients {
  private static final int REQUEST_TIMEOUT_MS = 4_000;
  private static final int TRANSACTION_TIMEOUT_MS = 10_000;

  private final Map<String, Object> connection;
  private final IngestSettings.Ingest settings;

  /**
   * @param connection everything that is set below {@code kafka}
   */
  @Inject
  public KafkaClients(
      @Identifier("default-kafka-broker") Map<String, Object> connection, IngestSettings settings) {
    this.connection = Map.copyOf(connection);
    this.settings = settings.ingest();
  }

  /** For many records, acknowledged by all replicas and in order. */
  public Producer<byte[], byte[]> eventProducer() {
    Map<String, Object> config = producerConfig();
    config.put(ProducerConfig.LINGER_MS_CONFIG, 2);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, DataTopic.MOST_RECORD_BYTES);
    return producer(config);
  }

  /** For one writer at a time: whoever opens the same id later shuts the earlier one out. */
  public Producer<byte[], byte[]> transactionalProducer(String transactionalId) {
    Map<String, Object> config = producerConfig();
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
    return producer(config);
  }

  /** For whoever makes clients of his own. */
  public Map<String, Object> connection() {
    Map<String, Object> config = new HashMap<>(connection);
    config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 2 * REQUEST_TIMEOUT_MS);
    return config;
  }

  public Admin admin() {
    return Admin.create(connection());
  }

  @Produces
  @ApplicationScoped
  Clock clock() {
    return Clock.systemUTC();
  }

  private Map<String, Object> producerConfig() {
    Map<String, Object> config = new HashMap<>(connection);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, settings.blockTimeout().toMillis());
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    config.put(
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        Math.toIntExact(settings.deliveryTimeout().toMillis()));
    return config;
  }

  private static Producer<byte[], byte[]> producer(Map<String, Object> config) {
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }
}
