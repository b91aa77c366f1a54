package io.millrace.serving;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.fuzz.Junk;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.messaging.topics.NewTopics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topics that serving reads and writes, on a real broker. */
public final class FlightsTopics implements AutoCloseable {
  public static final int PARTITIONS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Schema VECTOR = PipelineSchemas.of(Flights.PIPELINE).vector();
  private static final String VECTORS = DataTopic.VECTORS.of("flights");

  private final String bootstrap;
  private final KafkaProducer<byte[], byte[]> producer;

  public FlightsTopics(String bootstrap) {
    this.bootstrap = bootstrap;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", bootstrap, "transactional.id", UUID.randomUUID().toString()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  public void create() {
    try (Admin admin = admin()) {
      List<NewTopic> topics = new ArrayList<>();
      for (DataTopic topic : List.of(DataTopic.VECTORS, DataTopic.PREDICTIONS)) {
        topics.add(new NewTopic(topic.of("flights"), PARTITIONS, (short) 1));
      }
      ControlTopic.ALL.forEach(
          topic -> topics.add(new NewTopic(topic.name(), PARTITIONS, (short) 1)));
      NewTopics.create(admin, topics);
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
    producer.initTransactions();
  }

  /**
   * Vectors of ids, ten a transaction, behind them in each partition a watermark: the first id that
   * is still to come.
   */
  public void sendVectors(int from, int to) {
    for (int start = from; start < to; start += 10) {
      producer.beginTransaction();
      for (int id = start; id < Math.min(start + 10, to); id++) {
        producer.send(vector(id));
      }
      for (int partition = 0; partition < PARTITIONS; partition++) {
        ProducerRecord<byte[], byte[]> mark = new ProducerRecord<>(VECTORS, partition, null, null);
        mark.headers().add(MillraceHeaders.WATERMARK, Integer.toString(start + 10).getBytes(UTF_8));
        producer.send(mark);
      }
      commit();
    }
  }

  /** A client may end a transaction before its records are sent, if they are not flushed. */
  private void commit() {
    producer.flush();
    producer.commitTransaction();
  }

  public void sendVector(long id, long departure) {
    producer.beginTransaction();
    producer.send(vector(id, departure));
    commit();
  }

  public void sendRaw(byte[] value) {
    producer.beginTransaction();
    producer.send(new ProducerRecord<>(VECTORS, "raw".getBytes(UTF_8), value));
    commit();
  }

  /** Values that are no facts, and a tombstone, where the model registry is. */
  public void sendJunkModels() {
    producer.beginTransaction();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      for (byte[] junk : Junk.values(Flights.MODEL_ID)) {
        producer.send(
            new ProducerRecord<>(ControlTopic.MODELS.name(), partition, new byte[] {-1}, junk));
      }
      producer.send(
          new ProducerRecord<>(ControlTopic.MODELS.name(), partition, new byte[] {-1}, null));
    }
    commit();
  }

  public void send(ModelEvent event) {
    RecordEncoder encoder = RecordEncoder.specific(Flights.MODEL_ID, ModelEvent.class);
    producer.beginTransaction();
    producer.send(
        new ProducerRecord<>(
            ControlTopic.MODELS.name(),
            0,
            UUID.randomUUID().toString().getBytes(UTF_8),
            encoder.encode(event)));
    commit();
  }

  /** Every prediction so far, once they are as many as wanted, for a read-committed reader. */
  public List<Prediction> predictions(Predicate<List<Prediction>> enough) {
    return read(DataTopic.PREDICTIONS.of("flights"), Prediction.class, enough);
  }

  /** Those of models; the stream scorer says by one of its own that it runs. */
  public List<AlertEvent> alerts(Predicate<List<AlertEvent>> enough) {
    return ofModels(
        read(ControlTopic.ALERTS.name(), AlertEvent.class, all -> enough.test(ofModels(all))));
  }

  private static List<AlertEvent> ofModels(List<AlertEvent> alerts) {
    return alerts.stream()
        .filter(alert -> !alert.getAlert().startsWith("application-failed/"))
        .toList();
  }

  private <T extends SpecificRecord> List<T> read(
      String topic, Class<T> type, Predicate<List<T>> enough) {
    List<T> all = new ArrayList<>();
    RecordDecoder<T> decoder = RecordDecoder.specific(new SchemaCache(new FakeRegistry()), type);
    read(
        topic,
        record -> {
          if (record.value() == null) {
            return; // a watermark
          }
          if (decoder.decode(record.value()) instanceof Decoded.Value<T> decoded) {
            all.add(decoded.value());
          } else {
            throw new AssertionError("does not decode");
          }
        },
        () -> enough.test(all));
    return all;
  }

  /** Predictions and watermarks as they stand in their partitions, until there are enough. */
  public void readPredictions(
      Consumer<ConsumerRecord<byte[], byte[]>> action, BooleanSupplier enough) {
    read(DataTopic.PREDICTIONS.of("flights"), action, enough);
  }

  private void read(
      String topic, Consumer<ConsumerRecord<byte[], byte[]>> action, BooleanSupplier enough) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions = partitions(topic);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (!enough.getAsBoolean()) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("not enough in time of " + topic);
        }
        consumer.poll(Duration.ofMillis(200)).forEach(action);
      }
    }
  }

  /** What is left between the committed offsets and the ends of the vectors. */
  public long lag() {
    try (Admin admin = admin()) {
      var committed =
          admin
              .listConsumerGroupOffsets("millrace-serving-flights")
              .partitionsToOffsetAndMetadata()
              .get();
      long lag = 0;
      for (TopicPartition id : partitions(VECTORS)) {
        long end =
            admin.listOffsets(Map.of(id, OffsetSpec.latest())).partitionResult(id).get().offset();
        lag += end - (committed.containsKey(id) ? committed.get(id).offset() : 0);
      }
      return lag;
    } catch (ExecutionException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ProducerRecord<byte[], byte[]> vector(long id) {
    return vector(id, Flights.micros("2001-01-10T12:01:00Z"));
  }

  private static ProducerRecord<byte[], byte[]> vector(long id, long departure) {
    GenericRecord vector = new GenericData.Record(VECTOR);
    vector.put("flight_id", id);
    vector.put("departure", departure);
    vector.put("origin", "JFK");
    vector.put("miles", 475L);
    vector.put("hour", 12L);
    vector.put("origin_delay_1h", id % 2 == 0 ? 20.0 : null);
    vector.put(PipelineSchemas.INCOMPLETE, id % 3 == 0);
    return new ProducerRecord<>(
        VECTORS,
        Long.toString(id).getBytes(UTF_8),
        RecordEncoder.generic(Flights.VECTOR_ID, VECTOR).encode(vector));
  }

  private static List<TopicPartition> partitions(String topic) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      partitions.add(new TopicPartition(topic, partition));
    }
    return partitions;
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrap));
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
