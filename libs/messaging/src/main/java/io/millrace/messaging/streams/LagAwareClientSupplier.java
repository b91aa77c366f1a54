package io.millrace.messaging.streams;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers each stream thread's consumer, so that a processor can ask for its own lag; answers
 * only on a stream thread.
 */
final class LagAwareClientSupplier extends DefaultKafkaClientSupplier implements PartitionLag {
  private static final Logger LOG = LoggerFactory.getLogger(LagAwareClientSupplier.class);
  private static final String SUFFIX = "-consumer";
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(1);

  private final Map<String, DeliveryAwareConsumer> byThread = new ConcurrentHashMap<>();

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    String client = String.valueOf(config.get(ConsumerConfig.CLIENT_ID_CONFIG));
    if (!client.endsWith(SUFFIX)) {
      return super.getConsumer(config);
    }
    DeliveryAwareConsumer consumer = new DeliveryAwareConsumer(config);
    byThread.put(client.substring(0, client.length() - SUFFIX.length()), consumer);
    return consumer;
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new SparingProducer(config);
  }

  @Override
  public OptionalLong lag(TopicPartition partition) {
    DeliveryAwareConsumer consumer = byThread.get(Thread.currentThread().getName());
    if (consumer == null || !consumer.assignment().contains(partition)) {
      return OptionalLong.empty();
    }
    return consumer.currentLag(partition);
  }

  @Override
  public OptionalLong position(TopicPartition partition) {
    DeliveryAwareConsumer consumer = byThread.get(Thread.currentThread().getName());
    if (consumer == null || !consumer.assignment().contains(partition)) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(consumer.position(partition));
  }

  @Override
  public Map<TopicPartition, Long> ends(Set<TopicPartition> partitions) {
    DeliveryAwareConsumer consumer = byThread.get(Thread.currentThread().getName());
    if (consumer == null) {
      return Map.of();
    }
    try {
      return consumer.endOffsets(partitions, ANSWER_TIMEOUT);
    } catch (RetriableException e) {
      LOG.debug("partitions={} the brokers don't say where they end", partitions, e);
      return Map.of();
    }
  }

  @Override
  public OptionalLong delivered(TopicPartition partition) {
    DeliveryAwareConsumer consumer = byThread.get(Thread.currentThread().getName());
    return consumer == null ? OptionalLong.empty() : consumer.delivered(partition);
  }
}
