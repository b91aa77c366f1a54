package io.millrace.messaging.streams;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A producer that spares transactions in which nothing happens. Kafka Streams commits the offsets
 * of a task after each beat of a punctuator, the same ones for as long as nothing comes; that is a
 * transaction of a dozen records in the broker's own topics, ten times a second.
 */
class SparingProducer extends KafkaProducer<byte[], byte[]> {
  private final Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
  private final Map<TopicPartition, OffsetAndMetadata> offered = new HashMap<>();
  private boolean isBegun;

  SparingProducer(Map<String, Object> config) {
    super(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Begins with the first thing that belongs into the transaction. */
  @Override
  public void beginTransaction() {
    offered.clear();
  }

  @Override
  public Future<RecordMetadata> send(
      ProducerRecord<byte[], byte[]> record, @Nullable Callback callback) {
    begin();
    return super.send(record, callback);
  }

  @Override
  public void sendOffsetsToTransaction(
      Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
    if (!isBegun && committed.entrySet().containsAll(offsets.entrySet())) {
      return;
    }
    begin();
    super.sendOffsetsToTransaction(offsets, group);
    offered.putAll(offsets);
  }

  @Override
  public void commitTransaction() {
    if (isBegun) {
      super.commitTransaction();
      isBegun = false;
      committed.putAll(offered);
    }
  }

  @Override
  public void abortTransaction() {
    if (isBegun) {
      isBegun = false;
      super.abortTransaction();
    }
  }

  private void begin() {
    if (!isBegun) {
      super.beginTransaction();
      isBegun = true;
    }
  }
}
