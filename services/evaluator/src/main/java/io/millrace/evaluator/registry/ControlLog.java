package io.millrace.evaluator.registry;

import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Reads a control topic from its beginning to its end, each time anew: it is small and read rarely,
 * and whoever counts up must not trust a memory of his own.
 */
@ApplicationScoped
public class ControlLog {
  private static final Duration TIMEOUT = Duration.ofSeconds(12);
  private static final Duration POLL = Duration.ofMillis(200);

  private final RegistryClients clients;
  private final SchemaCache schemas;

  @Inject
  public ControlLog(RegistryClients clients, SchemaCache schemas) {
    this.clients = clients;
    this.schemas = schemas;
  }

  /**
   * All that is committed, transactions that were open at the call included.
   *
   * @throws KafkaException when the end was not reached in time
   * @throws IllegalStateException when there is an event that can't be read: what it says must not
   *     be said again
   */
  <T extends SpecificRecord> List<T> read(ControlTopic<T> topic) {
    List<T> events = new ArrayList<>();
    RecordDecoder<T> decoder = RecordDecoder.specific(schemas, topic.value());
    try (Consumer<byte[], byte[]> consumer = clients.consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic.name()).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      if (partitions.isEmpty()) {
        throw new UnknownTopicOrPartitionException("there is no topic " + topic.name() + " yet");
      }
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = ends(partitions);
      long deadline = System.nanoTime() + TIMEOUT.toNanos();
      while (!ends.entrySet().stream()
          .allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
        if (System.nanoTime() > deadline) {
          throw new TimeoutException("the end of " + topic.name() + " was not reached in time");
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          if (record.value() != null) {
            events.add(decoded(record, decoder));
          }
        }
      }
    }
    return events;
  }

  private static <T> T decoded(ConsumerRecord<byte[], byte[]> record, RecordDecoder<T> decoder) {
    return switch (decoder.decode(record.value())) {
      case Decoded.Value<T> read -> read.value();
      case Decoded.Failed<T> failed ->
          throw new IllegalStateException(
              "topic %s, partition %d, offset %d: %s: %s"
                  .formatted(
                      record.topic(),
                      record.partition(),
                      record.offset(),
                      failed.code(),
                      failed.message()));
    };
  }

  /**
   * The ends of the log itself: the ends that a read-committed consumer would be told lie before a
   * transaction that is still open, and before what others committed behind it.
   */
  private Map<TopicPartition, Long> ends(List<TopicPartition> partitions) {
    try (Admin admin = clients.admin()) {
      return admin
          .listOffsets(
              partitions.stream()
                  .collect(Collectors.toMap(Function.identity(), p -> OffsetSpec.latest())))
          .all()
          .get()
          .entrySet()
          .stream()
          .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset()));
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
