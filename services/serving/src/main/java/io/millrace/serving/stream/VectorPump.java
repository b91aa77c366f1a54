package io.millrace.serving.stream;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.KeptValues;
import io.millrace.messaging.serde.MarkHeaders;
import io.millrace.messaging.serde.VersionHeader;
import io.millrace.messaging.topics.SkippedRecords;
import io.millrace.serving.events.PredictionRecords;
import io.millrace.serving.events.PredictionRecords.Door;
import io.millrace.serving.features.FeatureRows;
import io.millrace.serving.features.RowOrigin;
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
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Moves vectors from their topic into predictions, each batch and its offsets in one transaction.
 */
final class VectorPump implements ConsumerLoop.Handler {
  private static final Duration WAIT_FOR_A_MODEL = Duration.ofMillis(200);
  private static final Duration WAIT_FOR_A_VERSION = Duration.ofSeconds(10);
  private static final Duration PRODUCER_CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final String pipeline;
  private final ServedPipeline served;
  private final String topic;
  private final String predictionsTopic;
  private final Supplier<Producer<byte[], byte[]>> producers;
  private final ModelRepository models;
  private final VectorBatch.Reader reader;
  private final PredictionRecords records;
  private final MeterRegistry meters;
  private final Clock clock;
  private final FiniteScores finite;
  private volatile @Nullable Progress progress;
  private @Nullable Producer<byte[], byte[]> producer;
  private @Nullable Instant aheadSince;

  VectorPump(
      String topic,
      Supplier<Producer<byte[], byte[]>> producers,
      ServedPipeline pipeline,
      ModelRepository models,
      SchemaCache schemas,
      MeterRegistry meters,
      Clock clock) {
    this.pipeline = pipeline.name();
    this.served = pipeline;
    this.topic = topic;
    this.predictionsTopic = DataTopic.PREDICTIONS.of(pipeline.name());
    this.producers = producers;
    this.models = models;
    this.reader = new VectorBatch.Reader(pipeline.pipeline().pipeline(), schemas);
    this.records = new PredictionRecords(pipeline.pipeline());
    this.meters = meters;
    this.clock = clock;
    this.finite = new FiniteScores(models.observer());
  }

  /** Of the partitions that are read here. */
  StreamCounts counts() {
    Progress current = progress;
    return current == null ? StreamCounts.NONE : current.counts();
  }

  /** Goes back to what is committed, once earlier transactions have ended. */
  @Override
  public void begin(Consumer<byte[], byte[]> consumer) {
    Progress current = progress;
    if (current == null) {
      current = new Progress(consumer);
      progress = current;
      consumer.subscribe(List.of(topic), current);
    }
    Producer<byte[], byte[]> fresh = producers.get();
    producer = fresh;
    fresh.initTransactions();
    current.rewind();
  }

  @Override
  public void end() {
    Producer<byte[], byte[]> last = producer;
    producer = null;
    if (last != null) {
      // without a bound it would wait for Kafka to abort what the next producer aborts anyway
      last.close(PRODUCER_CLOSE_TIMEOUT);
    }
  }

  /**
   * Predicts what has come and commits both, or skips it when there is no model. Watermarks are
   * passed on behind the predictions of the vectors that they speak of.
   */
  @Override
  public void handle(ConsumerRecords<byte[], byte[]> polled) {
    Progress progress = requireNonNull(this.progress);
    Producer<byte[], byte[]> producer = requireNonNull(this.producer);
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
    if (isAhead(polled)) {
      progress.putBack(polled, WAIT_FOR_A_MODEL);
      return;
    }
    switch (models.forStream(pipeline)) {
      case StreamModel.Awaited waiting -> progress.putBack(polled, WAIT_FOR_A_MODEL);
      case StreamModel.None none -> {
        progress.commit(
            producer, outputs(polled, Map.of()), polled, record -> StreamCounts.SKIPPED);
        meters.counter("millrace.serving.skipped", "pipeline", pipeline).increment(vectors);
      }
      case StreamModel.Live(Lease lease) -> {
        try (lease) {
          predict(progress, producer, lease, polled);
        }
      }
    }
  }

  private void predict(
      Progress progress,
      Producer<byte[], byte[]> producer,
      Lease lease,
      ConsumerRecords<byte[], byte[]> polled) {
    ModelIdentity model = lease.identity();
    Map<ConsumerRecord<byte[], byte[]>, GenericRecord> vectors = decoded(polled);
    if (vectors.isEmpty()) {
      progress.commit(producer, outputs(polled, Map.of()), polled, record -> StreamCounts.SKIPPED);
      return;
    }
    VectorBatch batch = reader.batch(List.copyOf(vectors.values()));
    List<RowOrigin> origins = vectors.keySet().stream().map(this::origin).toList();
    FeatureRows rows =
        batch.rows().asMeantBy(served.features(model.pipelineVersion()).plan(), origins);
    float[] scores = lease.score(rows.modelInput(model.inputs()));
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
                rows,
                row,
                scores[row],
                PredictionRecords.streamId(model, example),
                example,
                isIncomplete(batch.incomplete().get(row), origins.get(row), model)
                    || rows.lacksMeaning(row, model.inputNames()),
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

  /** By what the model's own file has of windows, where the vector says it. */
  private static boolean isIncomplete(boolean vector, RowOrigin origin, ModelIdentity model) {
    return origin
        .kept()
        .map(RowOrigin.Kept::values)
        .filter(kept -> kept.version() == model.pipelineVersion())
        .map(KeptValues::incomplete)
        .orElse(vector);
  }

  private RowOrigin origin(ConsumerRecord<?, ?> vector) {
    return new RowOrigin(
        maker(vector),
        KeptValues.read(vector.headers())
            .flatMap(
                values -> served.file(values.version()).map(by -> new RowOrigin.Kept(by, values))));
  }

  /** The file by which a vector was made; empty when it isn't known any more. */
  private Optional<Pipeline> maker(ConsumerRecord<?, ?> vector) {
    return served.file(version(vector));
  }

  private int version(ConsumerRecord<?, ?> vector) {
    return VersionHeader.read(vector.headers()).orElse(served.pipeline().version());
  }

  /**
   * Whether another process has begun with a version of the file that this one has yet to hear of.
   * What claims to be of one that never comes is waited for only so long.
   */
  private boolean isAhead(ConsumerRecords<byte[], byte[]> polled) {
    for (ConsumerRecord<byte[], byte[]> record : polled) {
      if (version(record) > served.pipeline().version() && maker(record).isEmpty()) {
        Instant now = clock.instant();
        Instant since = aheadSince == null ? now : aheadSince;
        aheadSince = since;
        return now.isBefore(since.plus(WAIT_FOR_A_VERSION));
      }
    }
    aheadSince = null;
    return false;
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
}
