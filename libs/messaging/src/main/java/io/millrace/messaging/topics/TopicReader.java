package io.millrace.messaging.topics;

import io.millrace.messaging.clients.KafkaClients;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads what is committed in a topic, from its beginning to where it ends at the time of the call,
 * each time anew and in the order of time. Every method throws a {@link KafkaException} when the
 * broker does not answer, or when nothing comes for longer than the patience.
 */
public final class TopicReader {
  private static final Duration POLL = Duration.ofMillis(200);

  /** Short, as closing a consumer waits for the fetch that it has sent ahead. */
  private static final Map<String, Object> READING =
      Map.of(
          ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 20,
          ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 10_000);

  private static final int LEAST_TIMEOUT_MS = 8_000;

  private final KafkaClients kafka;
  private final Duration patience;
  private final Map<String, Object> patiently;
  private final Map<String, Object> reading;

  /**
   * @param kafka makes the clients
   * @param patience for the next record
   */
  public TopicReader(KafkaClients kafka, Duration patience) {
    this.kafka = kafka;
    this.patience = patience;
    this.patiently =
        Map.of(
            CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG,
            Math.max(LEAST_TIMEOUT_MS, Math.toIntExact(patience.toMillis())));
    this.reading = new HashMap<>(READING);
    reading.putAll(patiently);
  }

  /**
   * To the end of the log: waits for transactions that are open, and reads what they and others
   * behind them have committed.
   *
   * @return whether there is such a topic
   */
  public boolean read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    return read(topic, IsolationLevel.READ_UNCOMMITTED, each);
  }

  /**
   * To the first transaction that is open, without waiting for it.
   *
   * @return whether there is such a topic
   */
  public boolean readCommitted(String topic, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    return read(topic, IsolationLevel.READ_COMMITTED, each);
  }

  private boolean read(
      String topic, IsolationLevel upTo, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    try (org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer =
        kafka.reader(reading)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      if (partitions.isEmpty()) {
        return false;
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      read(consumer, ends(partitions, upTo), each);
      return true;
    }
  }

  private void read(
      org.apache.kafka.clients.consumer.Consumer<byte[], byte[]> consumer,
      Map<TopicPartition, Long> ends,
      Consumer<ConsumerRecord<byte[], byte[]>> each) {
    long last = System.nanoTime();
    TimeOrder order = new TimeOrder();
    Predicate<TopicPartition> hasMore = p -> consumer.position(p) < ends.getOrDefault(p, 0L);
    while (ends.keySet().stream().anyMatch(hasMore)) {
      if (System.nanoTime() - last > patience.toNanos()) {
        throw new TimeoutException(
            "nothing came for %s before the end of %s".formatted(patience, ends.keySet()));
      }
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      order.handOn(
          consumer,
          records,
          hasMore,
          record -> {
            if (record.offset() < end(ends, record)) {
              each.accept(record);
            }
          });
      if (!records.isEmpty()) {
        last = System.nanoTime();
      }
    }
  }

  private static long end(Map<TopicPartition, Long> ends, ConsumerRecord<?, ?> record) {
    return ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
  }

  private Map<TopicPartition, Long> ends(
      Collection<TopicPartition> partitions, IsolationLevel upTo) {
    Map<TopicPartition, OffsetSpec> latest =
        partitions.stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    try (Admin admin = kafka.admin(patiently)) {
      return admin.listOffsets(latest, new ListOffsetsOptions(upTo)).all().get().entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
