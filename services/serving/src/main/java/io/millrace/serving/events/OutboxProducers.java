package io.millrace.serving.events;

import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.clients.KafkaClients;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Producers that give up soon, as the {@link Outbox} tries again. */
public final class OutboxProducers {
  private static final Duration MAX_BLOCK = Duration.ofSeconds(1);
  private static final long BUFFER_BYTES = 8 << 20;

  private OutboxProducers() {}

  public static Supplier<Producer<byte[], byte[]>> of(KafkaClients kafka) {
    return () ->
        kafka.producer(
            Map.of(
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                MAX_BLOCK.toMillis(),
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                BUFFER_BYTES,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                DataTopic.MOST_RECORD_BYTES));
  }
}
