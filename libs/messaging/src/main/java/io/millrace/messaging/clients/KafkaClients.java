package io.millrace.messaging.clients;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.clients.Neighbour.Answer;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.eclipse.microprofile.config.Config;

/**
 * The one place where clients of Kafka are made: all reach the broker by the same settings, and
 * give up sooner than whoever asks them.
 */
public final class KafkaClients {
  private static final String PREFIX = "kafka.";
  private static final String DEFAULT_SERVERS = "localhost:9092";

  /** As Kafka's {@code ClientUtils} says it. */
  private static final String NAMELESS = "No resolvable bootstrap urls";

  private static final int REQUEST_TIMEOUT_MS = 4_000;
  private static final int SESSION_TIMEOUT_MS = 10_000;
  private static final int METADATA_MAX_AGE_MS = 5_000;

  private final Map<String, Object> connection;
  private final boolean isNamed;

  /**
   * @param connection client properties: the servers, and how to speak with them
   */
  public KafkaClients(Map<String, ?> connection) {
    Map<String, Object> all = new HashMap<>(connection);
    this.isNamed = all.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG);
    all.putIfAbsent(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, DEFAULT_SERVERS);
    this.connection = Map.copyOf(all);
  }

  /** Of a broker that asks for neither TLS nor a password. */
  public static KafkaClients at(String bootstrapServers) {
    return new KafkaClients(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers));
  }

  /**
   * By what is set below {@code kafka}, in whatever source, on top of the file that is named.
   *
   * @throws IllegalArgumentException when there is no such file
   */
  public static KafkaClients of(ClientSettings.Kafka settings, Config config) {
    Map<String, Object> connection =
        settings.config().map(KafkaClients::read).orElseGet(HashMap::new);
    for (String name : config.getPropertyNames()) {
      String property = name.toLowerCase(Locale.ROOT).replace('_', '.');
      if (property.startsWith(PREFIX)) {
        config
            .getOptionalValue(name, String.class)
            .ifPresent(value -> connection.put(property.substring(PREFIX.length()), value));
      }
    }
    return new KafkaClients(connection);
  }

  private static Map<String, Object> read(Path file) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw new UncheckedIOException("millrace.kafka.config: " + file + " can't be read", e);
    }
    Map<String, Object> connection = new HashMap<>();
    properties.stringPropertyNames().forEach(p -> connection.put(p, properties.getProperty(p)));
    return connection;
  }

  /** Whether somebody has said where the servers are. */
  boolean isNamed() {
    return isNamed;
  }

  /** What every client needs, for those that Kafka Streams makes of its own. */
  public Map<String, Object> connection() {
    return connection;
  }

  /** Without a group: reads given partitions as they are committed. */
  public Consumer<byte[], byte[]> reader(Map<String, ?> own) {
    Map<String, Object> config = consumerConfig();
    config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 2 * REQUEST_TIMEOUT_MS);
    return consumer(config, own);
  }

  /**
   * A static member of a group, which finds its partitions again after a restart.
   *
   * @param instance unique in the group
   */
  public Consumer<byte[], byte[]> member(String group, String instance, Map<String, ?> own) {
    Map<String, Object> config = consumerConfig();
    config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
    config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance);
    config.put(ConsumerConfig.CLIENT_ID_CONFIG, group + "-" + instance);
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_TIMEOUT_MS / 3);
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    return consumer(config, own);
  }

  /** Acknowledged by all replicas and in order. */
  public Producer<byte[], byte[]> producer(Map<String, ?> own) {
    return producer(producerConfig(), own);
  }

  /** For one writer at a time: whoever opens the same id later shuts the earlier one out. */
  public Producer<byte[], byte[]> transactional(String id, Map<String, ?> own) {
    Map<String, Object> config = producerConfig();
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
    config.put(ProducerConfig.CLIENT_ID_CONFIG, id);
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, SESSION_TIMEOUT_MS);
    return producer(config, own);
  }

  public Admin admin() {
    return admin(Map.of());
  }

  public Admin admin(Map<String, ?> own) {
    Map<String, Object> config = new HashMap<>(connection);
    config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, 2 * REQUEST_TIMEOUT_MS);
    config.putAll(own);
    return Admin.create(config);
  }

  /** Whether the broker takes us, with all that is set. */
  Answer ask() {
    try (Admin admin = admin()) {
      admin.describeCluster().clusterId().get();
      return new Answer.Accepted();
    } catch (ExecutionException e) {
      return e.getCause() instanceof AuthenticationException
              || e.getCause() instanceof AuthorizationException
          ? new Answer.Refused(ErrorCode.KAFKA_REFUSED, reason(e.getCause()))
          : new Answer.Away(reason(e));
    } catch (KafkaException e) {
      return isNameless(e)
          ? new Answer.Away(reason(e))
          : new Answer.Refused(ErrorCode.KAFKA_REFUSED, reason(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Answer.Away("interrupted");
    }
  }

  /** Whether no server has an address now, as the name of a container has none while it is down. */
  private static boolean isNameless(KafkaException failure) {
    return failure.getCause() instanceof ConfigException
        && String.valueOf(failure.getCause().getMessage()).startsWith(NAMELESS);
  }

  /** With its causes: the first seldom says which file is missing. */
  private static String reason(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .map(cause -> String.valueOf(cause.getMessage()))
        .distinct()
        .collect(Collectors.joining(": "));
  }

  private Map<String, Object> consumerConfig() {
    Map<String, Object> config = new HashMap<>(connection);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MS);
    return config;
  }

  private Map<String, Object> producerConfig() {
    Map<String, Object> config = new HashMap<>(connection);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2 * REQUEST_TIMEOUT_MS);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 2 * REQUEST_TIMEOUT_MS);
    return config;
  }

  private static Consumer<byte[], byte[]> consumer(Map<String, Object> config, Map<String, ?> own) {
    config.putAll(own);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static Producer<byte[], byte[]> producer(Map<String, Object> config, Map<String, ?> own) {
    config.putAll(own);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Names no secret. */
  @Override
  public String toString() {
    return String.valueOf(connection.get(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG));
  }
}
