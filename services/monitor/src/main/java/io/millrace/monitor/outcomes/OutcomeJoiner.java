package io.millrace.monitor.outcomes;

import io.millrace.contracts.predictions.Outcome;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.streams.DueIndex;
import io.millrace.messaging.watermarks.Watermarks;
import io.millrace.monitor.outcomes.TaskCounts.Count;
import io.millrace.monitor.windows.Tally;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Joins predictions and labels by id; the order in which they come makes no difference. */
final class OutcomeJoiner {
  private static final String STREAM = "stream";

  /** In one go. */
  private static final int MOST_EXPIRED = 10_000;

  private final OutcomePlan plan;
  private final RecordDecoder<Prediction> predictions;
  private final LabelReader labels;
  private final KeyValueStore<String, byte[]> store;
  private final DueIndex expiring;
  private final Tally tally;
  private final TaskCounts counts;
  private long watermark = Watermarks.NONE;

  OutcomeJoiner(
      OutcomePlan plan,
      KeyValueStore<String, byte[]> store,
      DueIndex expiring,
      Tally tally,
      TaskCounts counts) {
    this.plan = plan;
    this.predictions = plan.predictionReader();
    this.labels = plan.labelReader();
    this.store = store;
    this.expiring = expiring;
    this.tally = tally;
    this.counts = counts;
  }

  /** Everything up to a time has come. */
  void passed(long time) {
    watermark = time;
  }

  /** What a prediction leads to, or why it is none. */
  Decoded<Optional<Outcome>> prediction(String id, byte[] value) {
    return switch (predictions.decode(value)) {
      case Decoded.Value<Prediction>(Prediction prediction, int schema) ->
          new Decoded.Value<>(prediction(id, prediction), schema);
      case Decoded.Failed<Prediction> failed ->
          new Decoded.Failed<>(failed.code(), failed.message());
    };
  }

  private Optional<Outcome> prediction(String id, Prediction prediction) {
    if (!prediction.getDoor().equals(STREAM)) {
      return Optional.empty();
    }
    @Nullable Pending before = load(id);
    if (before instanceof Pending.OfPrediction) {
      counts.add(Count.REPEATED); // the first one counts
      return Optional.empty();
    }
    Double score = finite(prediction.getScore());
    Pending.OfPrediction pending =
        new Pending.OfPrediction(
            prediction.getId(),
            prediction.getModel(),
            prediction.getVersion(),
            score == null ? Double.NaN : score,
            micros(prediction.getTime()),
            micros(prediction.getAt()));
    counts.add(Count.PREDICTIONS);
    if (isOpen(pending)) {
      tally.predicted(window(pending), pending.version(), score, prediction.getFeatures());
    }
    if (before instanceof Pending.OfLabel label) {
      expiring.remove(expiry(label), id);
      return join(id, pending, label);
    }
    return wait(id, pending);
  }

  /** A score that is no number is none, whoever wrote it. */
  private static @Nullable Double finite(@Nullable Double score) {
    return score == null || !Double.isFinite(score) ? null : score;
  }

  /** What a label leads to, or why it is none. */
  Decoded<Optional<Outcome>> label(String id, byte[] value) {
    return switch (labels.read(value)) {
      case Decoded.Value<Pending.OfLabel>(Pending.OfLabel label, int schema) ->
          new Decoded.Value<>(label(id, label), schema);
      case Decoded.Failed<Pending.OfLabel> failed ->
          new Decoded.Failed<>(failed.code(), failed.message());
    };
  }

  private Optional<Outcome> label(String id, Pending.OfLabel label) {
    return switch (load(id)) {
      case Pending.OfPrediction prediction -> {
        expiring.remove(expiry(prediction), id);
        yield join(id, prediction, label);
      }
      case Pending.OfLabel before -> Optional.empty();
      case null -> wait(id, label);
    };
  }

  /**
   * Forgets what nothing can come for any more; as much as a transaction can in time, from the
   * earliest on.
   */
  void expire() {
    for (DueIndex.Due due : expiring.take(watermark, MOST_EXPIRED)) {
      Pending pending = load(due.key());
      if (pending != null && expiry(pending) == due.time()) {
        counts.add(
            switch (pending) {
              case Pending.OfPrediction p -> Count.UNLABELLED;
              case Pending.OfLabel l -> Count.LABELS_WITHOUT_PREDICTION;
            });
        store.delete(due.key());
      }
    }
  }

  /** Builds the order of what expires anew, as a task begins. */
  void index() {
    expiring.clear();
    try (KeyValueIterator<String, byte[]> all = store.all()) {
      all.forEachRemaining(
          entry -> expiring.add(expiry(Pending.fromBytes(entry.value)), entry.key));
    }
  }

  private long expiry(Pending pending) {
    return pending.time() + plan.keepMicros();
  }

  private Optional<Outcome> wait(String id, Pending pending) {
    store.put(id, pending.toBytes());
    expiring.add(expiry(pending), id);
    return Optional.empty();
  }

  private Optional<Outcome> join(
      String id, Pending.OfPrediction prediction, Pending.OfLabel label) {
    store.delete(id);
    if (!Double.isFinite(label.value()) || !Double.isFinite(prediction.score())) {
      counts.add(Count.LABELS_WITHOUT_VALUE);
      return Optional.empty();
    }
    if (label.time() > prediction.time() + plan.withinMicros()) {
      counts.add(Count.LABELS_AFTER_BOUND);
      return Optional.empty();
    }
    counts.add(Count.OUTCOMES);
    if (isOpen(prediction)) {
      tally.labelled(window(prediction), prediction.version(), prediction.score(), label.value());
    } else {
      counts.add(Count.LATE);
    }
    return Optional.of(
        Outcome.newBuilder()
            .setExampleId(id)
            .setPrediction(prediction.id())
            .setModel(prediction.model())
            .setVersion(prediction.version())
            .setScore(prediction.score())
            .setLabel(label.value())
            .setTime(CloudEvents.instant(prediction.time()))
            .setLabelTime(CloudEvents.instant(label.time()))
            .setPredictedAt(CloudEvents.instant(prediction.predictedAt()))
            .build());
  }

  /** Whether the window's cells are still kept. */
  private boolean isOpen(Pending.OfPrediction prediction) {
    return watermark == Watermarks.NONE || !plan.closing().isSettled(window(prediction), watermark);
  }

  private long window(Pending.OfPrediction prediction) {
    return plan.windows().start(prediction.time());
  }

  private @Nullable Pending load(String id) {
    byte[] bytes = store.get(id);
    return bytes == null ? null : Pending.fromBytes(bytes);
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }
}
