package io.millrace.messaging.runs;

import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How a service reaches the topic of runs.
 *
 * @param service such as {@code trainer}
 * @param instance unique a process
 * @param stored whether the artifact store has what a reference promises
 * @param patience how long a step waits for neighbours in all, before its run fails
 */
public record RunClients(
    String bootstrapServers,
    String service,
    String instance,
    SchemaRegistry registry,
    SchemaCache schemas,
    Stored stored,
    Duration patience,
    Clock clock) {
  /** Whether the artifact store has what a reference promises. */
  public interface Stored {
    boolean test(ArtifactRef reference) throws IOException;
  }

  private static final int SESSION_TIMEOUT_MS = 10_000;
  private static final int METADATA_MAX_AGE_MS = 5_000;

  /** A dot is in no pipeline's name, so that no application of a pipeline has this group too. */
  public static String group(String service) {
    return "millrace-" + service + ".runs";
  }

  private String group() {
    return group(service);
  }

  Consumer<byte[], byte[]> consumer() {
    Map<String, Object> config = new HashMap<>();
    config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ConsumerConfig.GROUP_ID_CONFIG, group());
    config.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, instance);
    config.put(ConsumerConfig.CLIENT_ID_CONFIG, group() + "-" + instance);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, METADATA_MAX_AGE_MS);
    config.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
    config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, SESSION_TIMEOUT_MS / 3);
    config.put(
        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
        CooperativeStickyAssignor.class.getName());
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  StepWriter writer() {
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, group() + "-" + instance);
    config.put(ProducerConfig.CLIENT_ID_CONFIG, group() + "-" + instance);
    config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, SESSION_TIMEOUT_MS);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, SESSION_TIMEOUT_MS);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS / 2);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, SESSION_TIMEOUT_MS);
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    String source = "/millrace/" + service;
    ControlRecords<RunStep> steps = ControlRecords.registered(ControlTopic.RUNS, registry, source);
    ControlRecords<ModelEvent> models =
        ControlRecords.registered(ControlTopic.MODELS, registry, source);
    return new StepWriter(
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()),
        steps,
        models,
        service + "/" + instance,
        clock);
  }
}
