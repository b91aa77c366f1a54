package io.millrace.transformer.stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineGroup;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.streams.ApplicationAlerts;
import io.millrace.messaging.streams.OngoingAlert;
import io.millrace.messaging.streams.RefusedRecords;
import io.millrace.messaging.streams.StreamsApplication;
import io.millrace.messaging.streams.StreamsSettings;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;

/** The Streams application of one pipeline. */
public final class TransformerStreams implements PipelineApplication {
  private final JoinPlan plan;
  private final StreamsApplication streams;
  private final OngoingAlert.Watch behindClock;

  /**
   * @param served the version that the live model was trained by, if its windowed features are to
   *     be computed too
   * @param versions the pipeline's other ones, by which vectors were made that wait for their label
   */
  public TransformerStreams(
      RunnablePipeline pipeline,
      Optional<RunnablePipeline> served,
      IntFunction<Optional<RunnablePipeline>> versions,
      SchemaCache schemas,
      StreamsSettings settings,
      MeterRegistry meters,
      ApplicationAlerts alerts) {
    this.plan = new JoinPlan(pipeline, served, versions, schemas, meters);
    String group = PipelineGroup.transformerId(pipeline.name());
    History history = new TopicHistory(settings.kafka(), pipeline.name(), group);
    this.streams =
        new StreamsApplication(
            lag -> TransformerTopology.build(plan, history),
            settings.properties(group, pipeline.since()),
            TransformerTopology.states(),
            new RefusedRecords(pipeline.name()),
            alerts);
    streams.start();
    this.behindClock =
        OngoingAlert.watch(
            "transformer-" + pipeline.name() + "-clock",
            List.of(behindClock(plan)),
            Clock.systemUTC(),
            alerts);
  }

  private OngoingAlert.What behindClock(JoinPlan plan) {
    return new OngoingAlert.What(
        "events-behind-clock",
        ErrorCode.EVENTS_BEHIND_CLOCK,
        () -> (long) plan.behindClock().count(),
        this::countedBehindClock,
        total ->
            ("%,d events have come further behind the clock than lateness allows: their features"
                    + " over windows may be missing, and their labels count in no window")
                .formatted(total),
        "no event was behind the clock for an hour");
  }

  private long countedBehindClock() {
    return counts().get(TaskCounts.Count.BEHIND_CLOCK.text()) instanceof Long count ? count : 0;
  }

  @Override
  public State state() {
    return streams.state();
  }

  @Override
  public Optional<PipelineFailure> failure() {
    return streams.failure();
  }

  @Override
  public Map<String, Object> counts() {
    return ask(TransformerTopology.IDS, ids -> TaskCounts.sum(TransformerTopology.COUNTS.all(ids)))
        .orElse(Map.of());
  }

  /**
   * Which version's windows are kept for the live model and until when, the event times from which
   * on features are whole that are not yet, and how many records are still to be read to fill new
   * windows from what is kept.
   */
  @Override
  public Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    plan.keptUntil()
        .ifPresent(
            until ->
                details.put(
                    "kept", Map.of("version", plan.keptVersion(), "until", until.toString())));
    if (!plan.entities().isEmpty()) {
      ask(
              TransformerTopology.ENTITIES,
              entities ->
                  Wholeness.wholeFrom(plan, TransformerTopology.TASK_WATERMARKS.all(entities)))
          .filter(from -> !from.isEmpty())
          .ifPresent(from -> details.put("wholeFrom", from));
      ask(
              TransformerTopology.IDS,
              ids -> Backfill.left(TransformerTopology.EVENT_WATERMARKS.all(ids)))
          .flatMap(left -> left)
          .ifPresent(left -> details.put("backfillLeft", left));
    }
    return details;
  }

  /** What a store of the local tasks says; empty while it is not assigned, or moving. */
  private <T> Optional<T> ask(
      String store, Function<ReadOnlyKeyValueStore<Bytes, byte[]>, T> question) {
    KafkaStreams client = streams.client();
    if (client == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          question.apply(
              client.store(
                  StoreQueryParameters.fromNameAndType(
                      store, QueryableStoreTypes.keyValueStore()))));
    } catch (InvalidStateStoreException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    behindClock.close();
    streams.close();
  }
}
