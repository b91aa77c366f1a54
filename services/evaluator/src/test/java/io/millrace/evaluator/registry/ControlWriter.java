package io.millrace.evaluator.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.topics.ControlTopic;
import io.millrace.fuzz.Junk;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.serde.RecordEncoder;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.utils.Utils;

/** Writes to control topics as the other services do. */
public final class ControlWriter {
  private final Producer<byte[], byte[]> producer;

  public ControlWriter(KafkaClients clients) {
    this.producer = clients.transactional("test-" + UUID.randomUUID(), Map.of());
    producer.initTransactions();
  }

  public <T extends SpecificRecord> void write(
      ControlTopic<T> topic, String pipeline, String key, T event) {
    int partitions = producer.partitionsFor(topic.name()).size();
    producer.beginTransaction();
    producer.send(
        new ProducerRecord<>(
            topic.name(),
            Utils.toPositive(Utils.murmur2(pipeline.getBytes(UTF_8))) % partitions,
            key.getBytes(UTF_8),
            RecordEncoder.specific(ControlBroker.schemaId(topic), topic.value()).encode(event)));
    producer.flush();
    producer.commitTransaction();
  }

  /** Values that are no facts, and tombstones, in every partition of a topic. */
  public void writeJunk(ControlTopic<?> topic, byte[] key) {
    int partitions = producer.partitionsFor(topic.name()).size();
    producer.beginTransaction();
    for (int partition = 0; partition < partitions; partition++) {
      for (byte[] value : Junk.values(ControlBroker.schemaId(topic))) {
        producer.send(new ProducerRecord<>(topic.name(), partition, key, value));
      }
      producer.send(new ProducerRecord<>(topic.name(), partition, key, null));
    }
    producer.flush();
    producer.commitTransaction();
  }
}
