package io.millrace.serving.events;

import io.millrace.contracts.topics.DataTopic;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Producers that give up soon, as the {@link Outbox} tries again. */
public final class OutboxProducers {
  private static final Duration MAX_BLOCK = Duration.ofSeconds(1);
  private static final long BUFFER_BYTES = 8 << 20;

  private OutboxProducers() {}

  public static Supplier<Producer<byte[], byte[]>> of(String bootstrapServers) {
    return () ->
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                MAX_BLOCK.toMillis(),
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                BUFFER_BYTES,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                DataTopic.MOST_RECORD_BYTES),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }
}
