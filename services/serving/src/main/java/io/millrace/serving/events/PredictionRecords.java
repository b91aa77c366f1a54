package io.millrace.serving.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.contracts.predictions.Prediction;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.messaging.serde.VersionHeader;
import io.millrace.serving.features.FeatureRows;
import io.millrace.serving.features.FeatureState;
import io.millrace.serving.models.ModelIdentity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** The records of a pipeline's predictions; not for several threads at once. */
public final class PredictionRecords {
  private final String topic;
  private final RecordEncoder encoder;
  private final CloudEvents envelope;

  /** How a prediction was asked for. */
  public enum Door {
    STREAM,
    ONLINE
  }

  public PredictionRecords(RunnablePipeline pipeline) {
    this.topic = DataTopic.PREDICTIONS.of(pipeline.name());
    this.encoder =
        RecordEncoder.specific(pipeline.schemaId(DataTopic.PREDICTIONS), Prediction.class);
    this.envelope =
        new CloudEvents("/millrace/serving/" + pipeline.name(), Prediction.class.getName());
  }

  /**
   * The record of one row.
   *
   * @param id of the prediction
   * @param example its id; null when it has none
   */
  public ProducerRecord<byte[], byte[]> record(
      Door door,
      ModelIdentity model,
      FeatureRows rows,
      int row,
      float score,
      String id,
      @Nullable String example,
      boolean incomplete,
      Instant at) {
    OptionalLong known = rows.times().get(row);
    Instant time = known.isPresent() ? CloudEvents.instant(known.getAsLong()) : at;
    Prediction.Builder prediction =
        Prediction.newBuilder()
            .setId(id)
            .setDoor(door == Door.STREAM ? "stream" : "online")
            .setModel(model.model())
            .setVersion(model.version())
            .setFeatures(features(model, rows, row))
            .setFeatureAges(ages(rows, row))
            .setScore((double) score)
            .setOutputs(List.of())
            .setTime(time)
            .setIncomplete(incomplete)
            .setAt(at);
    if (example != null) {
      prediction.setExampleId(example);
    }
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(
            topic,
            example == null ? null : example.getBytes(UTF_8),
            encoder.encode(prediction.build()));
    envelope.set(record.headers(), id, ChronoUnit.MICROS.between(Instant.EPOCH, time));
    VersionHeader.set(record.headers(), model.pipelineVersion());
    return record;
  }

  /** The same for the same example and version, however often it is predicted. */
  public static String streamId(ModelIdentity model, String example) {
    return UUID.nameUUIDFromBytes(
            (model.model() + "/" + model.version() + "/" + example).getBytes(UTF_8))
        .toString();
  }

  private static Map<String, @Nullable Object> features(
      ModelIdentity model, FeatureRows rows, int row) {
    Map<String, @Nullable Object> features = new HashMap<>();
    for (String input : model.inputNames()) {
      features.put(
          input,
          switch (rows.column(input)[row]) {
            case null -> null;
            case Number number -> number.doubleValue();
            case Boolean flag -> flag ? 1.0 : 0.0;
            case Object text -> text.toString();
          });
    }
    return features;
  }

  private static Map<String, Long> ages(FeatureRows rows, int row) {
    Map<String, Long> ages = new HashMap<>();
    rows.states()
        .forEach(
            (feature, states) -> {
              FeatureState state = states.get(row);
              state.ageMillis().ifPresent(age -> ages.put(feature, age));
            });
    return ages;
  }
}
