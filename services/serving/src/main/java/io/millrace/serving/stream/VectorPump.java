package io.millrace.serving.stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.MarkHeaders;
import io.millrace.messaging.topics.SkippedRecords;
import io.millrace.serving.events.PredictionRecords;
import io.millrace.serving.events.PredictionRecords.Door;
import io.millrace.serving.models.Lease;
import io.millrace.serving.models.ModelIdentity;
import io.millrace.serving.models.ModelRepository;
import io.millrace.serving.models.ServedPipeline;
import io.millrace.serving.models.StreamModel;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Moves vectors from their topic into predictions. The consumer is kept over failures, so that a
 * zombie can be told from the process that replaced it.
 */
final class VectorPump implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final String pipeline;
  private final String topic;
  private final String predictionsTopic;
  private final Consumer<byte[], byte[]> consumer;
  private final ModelRepository models;
  private final VectorBatch.Reader reader;
  private final PredictionRecords records;
  private final MeterRegistry meters;
  private final Clock clock;
  private final Progress progress;
  private final FiniteScores finite;

  VectorPump(
      String topic,
      Consumer<byte[], byte[]> consumer,
      ServedPipeline pipeline,
      ModelRepository models,
      SchemaCache schemas,
      MeterRegistry meters,
      Clock clock) {
    this.pipeline = pipeline.name();
    this.topic = topic;
    this.predictionsTopic = DataTopic.PREDICTIONS.of(pipeline.name());
    this.consumer = consumer;
    this.models = models;
    this.reader = new VectorBatch.Reader(pipeline.pipeline().pipeline(), schemas);
    this.records = new PredictionRecords(pipeline.pipeline());
    this.meters = meters;
    this.clock = clock;
    this.progress = new Progress(consumer);
    this.finite = new FiniteScores(models.observer());
  }

  /** Of the partitions that are read here. */
  StreamCounts counts() {
    return progress.counts();
  }

  /** Goes back to what is committed, once earlier transactions have ended. */
  void rewind() {
    if (consumer.subscription().isEmpty()) {
      consumer.subscribe(List.of(topic), progress);
    }
    progress.rewind();
  }

  /**
   * Reads what has come, predicts it and commits both, or skips it when there is no model.
   * Watermarks are passed on behind the predictions of the vectors that they speak of.
   */
  void step(Producer<byte[], byte[]> producer) {
    ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
    if (polled.isEmpty()) {
      progress.catchUp(producer, clock.instant());
      return;
    }
    int vectors = 0;
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      vectors += record.value() == null ? 0 : 1;
    }
    if (vectors == 0) {
      progress.commit(producer, outputs(polled, Map.of()), polled, record -> StreamCounts.NONE);
      return;
    }
    switch (models.forStream(pipeline)) {
      case StreamModel.Awaited waiting -> putBack(polled);
      case StreamModel.None none -> {
        progress.commit(
            producer, outputs(polled, Map.of()), polled, record -> StreamCounts.SKIPPED);
        meters.counter("millrace.serving.skipped", "pipeline", pipeline).increment(vectors);
      }
      case StreamModel.Live(Lease lease) -> {
        try (lease) {
          predict(producer, lease, polled);
        }
      }
    }
  }

  private void predict(
      Producer<byte[], byte[]> producer, Lease lease, ConsumerRecords<byte[], byte[]> polled) {
    ModelIdentity model = lease.identity();
    Map<ConsumerRecord<byte[], byte[]>, GenericRecord> vectors = decoded(polled);
    if (vectors.isEmpty()) {
      progress.commit(producer, outputs(polled, Map.of()), polled, record -> StreamCounts.SKIPPED);
      return;
    }
    VectorBatch batch = reader.batch(List.copyOf(vectors.values()));
    float[] scores = lease.score(batch.rows().modelInput(model.inputs()));
    Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
    Map<ConsumerRecord<byte[], byte[]>, ProducerRecord<byte[], byte[]>> predictions =
        new HashMap<>();
    Set<ConsumerRecord<byte[], byte[]>> noNumbers = new HashSet<>();
    int row = 0;
    for (ConsumerRecord<byte[], byte[]> vector : vectors.keySet()) {
      if (Float.isFinite(scores[row])) {
        String example = batch.examples().get(row);
        predictions.put(
            vector,
            records.record(
                Door.STREAM,
                model,
                batch.rows(),
                row,
                scores[row],
                PredictionRecords.streamId(model, example),
                example,
                batch.incomplete().get(row),
                at));
      } else {
        noNumbers.add(vector);
      }
      row++;
    }
    progress.commit(
        producer,
        outputs(polled, predictions),
        polled,
        record ->
            predictions.containsKey(record)
                ? StreamCounts.PREDICTED
                : noNumbers.contains(record) ? StreamCounts.NOT_FINITE : StreamCounts.SKIPPED);
    finite.scored(model, noNumbers.size());
    count(model, "millrace.serving.not.finite", noNumbers.size());
    count(model, "millrace.serving.predictions", predictions.size());
  }

  private void count(ModelIdentity model, String name, int vectors) {
    meters
        .counter(
            name,
            "model",
            model.model(),
            "version",
            String.valueOf(model.version()),
            "door",
            "stream")
        .increment(vectors);
  }

  /** The vectors among the records; what else has a value is passed over. */
  private Map<ConsumerRecord<byte[], byte[]>, GenericRecord> decoded(
      ConsumerRecords<byte[], byte[]> polled) {
    Map<ConsumerRecord<byte[], byte[]>, GenericRecord> vectors = new LinkedHashMap<>();
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      if (record.value() != null) {
        switch (reader.decode(record.value())) {
          case Decoded.Value<GenericRecord> vector -> vectors.put(record, vector.value());
          case Decoded.Failed<GenericRecord> failed ->
              skip(record, failed.code(), failed.message());
        }
      }
    }
    return vectors;
  }

  private static void skip(ConsumerRecord<?, ?> record, ErrorCode code, String message) {
    SkippedRecords.skip(record.topic(), record.partition(), record.offset(), code, message);
  }

  /**
   * Watermarks and predictions in the order of what they were made of. A prediction has its
   * vector's key, and so its partition.
   *
   * @param predictions none, or one for each vector that has one
   */
  private List<ProducerRecord<byte[], byte[]>> outputs(
      ConsumerRecords<byte[], byte[]> polled,
      Map<ConsumerRecord<byte[], byte[]>, ProducerRecord<byte[], byte[]>> predictions) {
    List<ProducerRecord<byte[], byte[]>> outputs = new ArrayList<>(polled.count());
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      ProducerRecord<byte[], byte[]> prediction = predictions.get(record);
      if (prediction != null) {
        outputs.add(prediction);
      } else if (record.value() == null) {
        if (MarkHeaders.read(record.headers()).isEmpty()) {
          skip(record, ErrorCode.NO_VALUE, "neither a value nor a watermark");
        } else {
          outputs.add(
              new ProducerRecord<>(
                  predictionsTopic, record.partition(), record.key(), null, record.headers()));
        }
      }
    }
    return outputs;
  }

  /** They are read again, and meanwhile nothing else, until there is a model. */
  private void putBack(ConsumerRecords<byte[], byte[]> polled) {
    for (TopicPartition partition : polled.partitions()) {
      consumer.seek(partition, polled.records(partition).getFirst().offset());
    }
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
  }
}
