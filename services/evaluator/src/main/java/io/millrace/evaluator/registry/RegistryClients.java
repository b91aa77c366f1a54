package io.millrace.evaluator.registry;

import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the clients of the broker, each with time-outs shorter than a caller's patience. */
@ApplicationScoped
public class RegistryClients {
  private static final int REQUEST_TIMEOUT_MS = 4_000;
  private static final int TRANSACTION_TIMEOUT_MS = 10_000;

  private final Map<String, Object> connection;

  /**
   * @param connection everything that is set below {@code kafka}
   */
  @Inject
  public RegistryClients(@Identifier("default-kafka-broker") Map<String, Object> connection) {
    this.connection = Map.copyOf(connection);
  }

  /** For whoever makes clients of his own. */
  Map<String, Object> connection() {
    Map<String, Object> config = config();
    config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 2 * REQUEST_TIMEOUT_MS);
    return config;
  }

  /** For one writer at a time: whoever opens the same id later shuts the earlier one out. */
  Producer<byte[], byte[]> producer(String transactionalId) {
    Map<String, Object> config = config();
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2 * REQUEST_TIMEOUT_MS);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * REQUEST_TIMEOUT_MS);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private Map<String, Object> config() {
    Map<String, Object> config = new HashMap<>(connection);
    config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    return config;
  }
}
