package io.millrace.evaluator.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.serde.RecordEncoder;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.utils.Utils;

/**
 * The right to say what a model's aliases name. Opening one ends every earlier one, in this process
 * or another: what that one has not committed it never will, and what it has can be read from then
 * on.
 */
final class AliasWriter implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Producer<byte[], byte[]> producer;

  private AliasWriter(Producer<byte[], byte[]> producer) {
    this.producer = producer;
  }

  /**
   * @throws KafkaException when the broker does not answer
   */
  static AliasWriter open(RegistryClients clients, String model) {
    AliasWriter writer = new AliasWriter(clients.producer("millrace-evaluator-aliases-" + model));
    try {
      writer.producer.initTransactions();
      return writer;
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  /**
   * Returns once the broker has committed the move.
   *
   * @throws KafkaException when another one has been opened since
   */
  void write(ModelEvent event, AliasMoved moved, int schemaId) {
    String topic = ControlTopic.MODELS.name();
    byte[] model = event.getModel().getBytes(UTF_8);
    String key = event.getModel() + "@" + moved.getAlias() + "/" + moved.getSequence();
    int partitions = producer.partitionsFor(topic).size();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            Utils.toPositive(Utils.murmur2(model)) % partitions,
            key.getBytes(UTF_8),
            RecordEncoder.specific(schemaId, ModelEvent.class).encode(event));
    new CloudEvents("/millrace/evaluator/" + event.getModel(), "millrace.ModelEvent")
        .set(record.headers(), key, ChronoUnit.MICROS.between(Instant.EPOCH, event.getAt()));
    producer.beginTransaction();
    var unused = producer.send(record);
    producer.commitTransaction();
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }
}
