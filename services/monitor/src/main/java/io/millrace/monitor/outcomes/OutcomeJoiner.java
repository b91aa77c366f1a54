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
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Joins predictions and labels by id; the order in which they come makes no difference. What a
 * label says, and until when one counts, goes by the version of the pipeline that the model was
 * trained by.
 */
final class OutcomeJoiner {
  private static final String STREAM = "stream";

  /** In one go. */
  private static final int MOST_EXPIRED = 10_000;

  private final OutcomePlan plan;
  private final RecordDecoder<Prediction> predictions;
  private final Judging running;
  private final Map<Integer, Judging> others = new HashMap<>();
  private final KeyValueStore<String, byte[]> store;
  private final DueIndex expiring;
  private final Tally tally;
  private final TaskCounts counts;
  private long watermark = Watermarks.NONE;

  /** How one version of the pipeline judges. */
  private record Judging(OutcomePlan plan, LabelReader labels) {
    static Judging of(OutcomePlan plan) {
      return new Judging(plan, plan.labelReader());
    }
  }

  OutcomeJoiner(
      OutcomePlan plan,
      KeyValueStore<String, byte[]> store,
      DueIndex expiring,
      Tally tally,
      TaskCounts counts) {
    this.plan = plan;
    this.predictions = plan.predictionReader();
    this.running = Judging.of(plan);
    this.store = store;
    this.expiring = expiring;
    this.tally = tally;
    this.counts = counts;
  }

  /** Everything up to a time has come. */
  void passed(long time) {
    watermark = time;
  }

  /**
   * What a prediction leads to, or why it is none.
   *
   * @param by the version that the model was trained by, 0 when it is not said
   */
  Decoded<Optional<Outcome>> prediction(String id, byte[] value, int by) {
    return switch (predictions.decode(value)) {
      case Decoded.Value<Prediction>(Prediction prediction, int schema) ->
          new Decoded.Value<>(prediction(id, prediction, by), schema);
      case Decoded.Failed<Prediction> failed ->
          new Decoded.Failed<>(failed.code(), failed.message());
    };
  }

  private Optional<Outcome> prediction(String id, Prediction prediction, int by) {
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
            by,
            score == null ? Double.NaN : score,
            micros(prediction.getTime()),
            micros(prediction.getAt()));
    counts.add(Count.PREDICTIONS);
    if (isOpen(pending)) {
      tally.predicted(window(pending), pending.version(), score, prediction.getFeatures());
    }
    if (before == null) {
      return wait(id, pending);
    }
    expiring.remove(expiry(before), id);
    return join(
        id,
        pending,
        before instanceof Pending.OfLabel label
            ? label(pending, label.event())
            : new LabelReader.Label(before.time(), ((Pending.OfValue) before).value()));
  }

  /** A score that is no number is none, whoever wrote it. */
  private static @Nullable Double finite(@Nullable Double score) {
    return score == null || !Double.isFinite(score) ? null : score;
  }

  /** What a label leads to, or why it is none. */
  Decoded<Optional<Outcome>> label(String id, byte[] value) {
    return switch (running.labels().read(value)) {
      case Decoded.Value<LabelReader.Label>(LabelReader.Label label, int schema) ->
          new Decoded.Value<>(label(id, label, value), schema);
      case Decoded.Failed<LabelReader.Label> failed ->
          new Decoded.Failed<>(failed.code(), failed.message());
    };
  }

  private Optional<Outcome> label(String id, LabelReader.Label label, byte[] event) {
    return switch (load(id)) {
      case Pending.OfPrediction prediction -> {
        expiring.remove(expiry(prediction), id);
        yield join(
            id, prediction, judging(prediction).equals(running) ? label : label(prediction, event));
      }
      case Pending.OfLabel before -> Optional.empty();
      case Pending.OfValue before -> Optional.empty();
      case null -> wait(id, new Pending.OfLabel(label.time(), event));
    };
  }

  /** What a label event says of a prediction; without a value where its version can't read it. */
  private LabelReader.Label label(Pending.OfPrediction prediction, byte[] event) {
    if (judging(prediction).labels().read(event)
        instanceof Decoded.Value<LabelReader.Label>(LabelReader.Label label, int schema)) {
      return label;
    }
    return new LabelReader.Label(prediction.time(), Double.NaN);
  }

  private Judging judging(Pending.OfPrediction prediction) {
    return others.computeIfAbsent(
        prediction.by(),
        version -> {
          OutcomePlan own = plan.by(version);
          return own == plan ? running : Judging.of(own);
        });
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
              case Pending.OfValue v -> Count.LABELS_WITHOUT_PREDICTION;
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
    return pending.time()
        + (pending instanceof Pending.OfPrediction prediction
            ? judging(prediction).plan().keepMicros()
            : plan.keepMicros());
  }

  private Optional<Outcome> wait(String id, Pending pending) {
    store.put(id, pending.toBytes());
    expiring.add(expiry(pending), id);
    return Optional.empty();
  }

  private Optional<Outcome> join(
      String id, Pending.OfPrediction prediction, LabelReader.Label label) {
    store.delete(id);
    if (!Double.isFinite(label.value()) || !Double.isFinite(prediction.score())) {
      counts.add(Count.LABELS_WITHOUT_VALUE);
      return Optional.empty();
    }
    if (label.time() > prediction.time() + judging(prediction).plan().withinMicros()) {
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
