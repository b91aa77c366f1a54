package io.millrace.messaging.streams;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;

/**
 * A stream thread's producer. Once it has given up its transaction it behaves like one that the
 * broker has fenced: it can only abort, and Kafka Streams closes all tasks of the thread without
 * committing, makes a new producer and takes the tasks up again. It also writes what was passed
 * over to quarantine, in the transaction that commits the offsets behind it.
 */
final class GuardedProducer extends SparingProducer {
  static final String GIVEN_UP = "a record could not be processed: what was made of it is undone";

  private final ThreadFaults faults;
  private volatile boolean givenUp;

  GuardedProducer(Map<String, Object> config, ThreadFaults faults) {
    super(config);
    this.faults = faults;
  }

  void giveUp() {
    givenUp = true;
  }

  boolean hasGivenUp() {
    return givenUp;
  }

  @Override
  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    if (givenUp) {
      throw new KafkaException(GIVEN_UP, new ProducerFencedException(GIVEN_UP));
    }
    return super.send(record, callback);
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    if (givenUp) {
      throw new ProducerFencedException(GIVEN_UP);
    }
    List<ProducerRecord<byte[], byte[]>> refused = faults.refused(offsets);
    if (!refused.isEmpty()) {
      refused.forEach(record -> super.send(record, null));
      super.flush();
    }
    super.sendOffsetsToTransaction(offsets, group);
  }

  @Override
  public void commitTransaction() {
    super.commitTransaction();
    faults.committed();
  }
}
