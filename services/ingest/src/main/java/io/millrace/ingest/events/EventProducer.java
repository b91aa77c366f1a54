package io.millrace.ingest.events;

import io.millrace.contracts.topics.DataTopic;
import io.millrace.ingest.settings.IngestSettings;
import io.millrace.messaging.clients.KafkaClients;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** The one idempotent producer of events; made when it is first needed. */
@ApplicationScoped
public class EventProducer {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final KafkaClients clients;
  private final Map<String, Object> config;
  private @Nullable Producer<byte[], byte[]> producer;

  @Inject
  public EventProducer(KafkaClients clients, IngestSettings settings) {
    this.clients = clients;
    this.config =
        Map.of(
            ProducerConfig.MAX_BLOCK_MS_CONFIG,
            settings.ingest().blockTimeout().toMillis(),
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
            Math.toIntExact(settings.ingest().deliveryTimeout().toMillis()),
            ProducerConfig.LINGER_MS_CONFIG,
            2,
            ProducerConfig.BATCH_SIZE_CONFIG,
            128 * 1024,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "lz4",
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
            DataTopic.MOST_RECORD_BYTES);
  }

  /**
   * Completes once every record is acknowledged, or with the first failure; then the rest is not
   * sent, and some may have been written. Blocks while there is no room or no metadata.
   */
  CompletionStage<Void> send(List<ProducerRecord<byte[], byte[]>> records) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (records.isEmpty()) {
      done.complete(null);
      return done;
    }
    AtomicInteger waiting = new AtomicInteger(records.size());
    try {
      Producer<byte[], byte[]> target = producer();
      for (ProducerRecord<byte[], byte[]> record : records) {
        if (done.isCompletedExceptionally()) {
          break;
        }
        var unused =
            target.send(
                record,
                (metadata, failure) -> {
                  if (failure != null) {
                    done.completeExceptionally(failure);
                  } else if (waiting.decrementAndGet() == 0) {
                    done.complete(null);
                  }
                });
      }
    } catch (KafkaException e) {
      discardProducer();
      done.completeExceptionally(e);
    }
    return done;
  }

  private synchronized Producer<byte[], byte[]> producer() {
    Producer<byte[], byte[]> current = producer;
    if (current == null) {
      current = clients.producer(config);
      producer = current;
    }
    return current;
  }

  /** A send that throws at once means a producer beyond recovery; the next request makes one. */
  private synchronized void discardProducer() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }

  @PreDestroy
  synchronized void close() {
    if (producer != null) {
      producer.close(CLOSE_TIMEOUT);
    }
  }
}
