package io.millrace.serving.stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.registry.SchemaCache;
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
import java.util.Iterator;
import java.util.List;
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
    List<ConsumerRecord<byte[], byte[]>> vectors = new ArrayList<>(polled.count());
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      if (record.value() != null) {
        vectors.add(record);
      }
    }
    if (polled.isEmpty()) {
      progress.catchUp(producer, clock.instant());
      return;
    }
    if (vectors.isEmpty()) {
      progress.commit(producer, outputs(polled, List.of()), polled, StreamCounts.NONE);
      return;
    }
    switch (models.forStream(pipeline)) {
      case StreamModel.Awaited waiting -> putBack(polled);
      case StreamModel.None none -> {
        progress.commit(producer, outputs(polled, List.of()), polled, new StreamCounts(0, 1));
        meters.counter("millrace.serving.skipped", "pipeline", pipeline).increment(vectors.size());
      }
      case StreamModel.Live(Lease lease) -> {
        try (lease) {
          predict(producer, lease, polled, vectors);
        }
      }
    }
  }

  private void predict(
      Producer<byte[], byte[]> producer,
      Lease lease,
      ConsumerRecords<byte[], byte[]> polled,
      List<ConsumerRecord<byte[], byte[]>> vectors) {
    ModelIdentity model = lease.identity();
    VectorBatch batch = reader.read(vectors.stream().map(ConsumerRecord::value).toList());
    float[] scores = lease.score(batch.rows().modelInput(model.inputs()));
    Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
    List<ProducerRecord<byte[], byte[]>> predictions = new ArrayList<>(scores.length);
    for (int row = 0; row < scores.length; row++) {
      String example = batch.examples().get(row);
      predictions.add(
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
    }
    progress.commit(producer, outputs(polled, predictions), polled, new StreamCounts(1, 0));
    meters
        .counter("millrace.serving.not_finite", "pipeline", pipeline)
        .increment(notFinite(scores));
    meters
        .counter(
            "millrace.serving.predictions",
            "model",
            model.model(),
            "version",
            String.valueOf(model.version()),
            "door",
            "stream")
        .increment(scores.length);
  }

  private static int notFinite(float[] scores) {
    int count = 0;
    for (float score : scores) {
      count += Float.isFinite(score) ? 0 : 1;
    }
    return count;
  }

  /**
   * Watermarks and predictions in the order of what they were made of. A prediction has its
   * vector's key, and so its partition.
   *
   * @param predictions none, or one for each vector
   */
  private List<ProducerRecord<byte[], byte[]>> outputs(
      ConsumerRecords<byte[], byte[]> polled, List<ProducerRecord<byte[], byte[]>> predictions) {
    List<ProducerRecord<byte[], byte[]>> outputs = new ArrayList<>(polled.count());
    Iterator<ProducerRecord<byte[], byte[]>> next = predictions.iterator();
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      if (record.value() == null) {
        outputs.add(
            new ProducerRecord<>(
                predictionsTopic, record.partition(), record.key(), null, record.headers()));
      } else if (next.hasNext()) {
        outputs.add(next.next());
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
