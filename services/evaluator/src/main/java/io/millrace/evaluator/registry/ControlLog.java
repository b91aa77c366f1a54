package io.millrace.evaluator.registry;

import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.topics.TopicReader;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Reads a control topic from its beginning to its end, each time anew: it is small and read rarely,
 * and whoever counts up must not trust a memory of his own.
 */
@ApplicationScoped
public class ControlLog {
  private static final Duration PATIENCE = Duration.ofSeconds(12);

  private final TopicReader topics;
  private final SchemaCache schemas;

  @Inject
  public ControlLog(KafkaClients kafka, SchemaCache schemas) {
    this.topics = new TopicReader(kafka, PATIENCE);
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
    boolean there =
        topics.read(
            topic.name(),
            record -> {
              if (record.value() != null) {
                events.add(decoded(record, decoder));
              }
            });
    if (!there) {
      throw new UnknownTopicOrPartitionException("there is no topic " + topic.name() + " yet");
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
}
