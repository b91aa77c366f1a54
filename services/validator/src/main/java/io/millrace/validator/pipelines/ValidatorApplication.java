package io.millrace.validator.pipelines;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.streams.ApplicationAlerts;
import io.millrace.messaging.streams.OngoingAlert;
import io.millrace.messaging.streams.StreamsApplication;
import io.millrace.validator.counts.Counts;
import io.millrace.validator.topology.ValidatorTopology;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/** The Streams application of one pipeline, with its counts. */
final class ValidatorApplication implements PipelineApplication {
  private final List<String> streamNames;
  private final StreamsApplication streams;
  private final MeterRegistry meters;
  private final Gauge remembered;
  private final OngoingAlert.Watch misplaced;
  private volatile Counts lastCounts;

  ValidatorApplication(
      RunnablePipeline runnable,
      StreamsApplication streams,
      MeterRegistry meters,
      ApplicationAlerts alerts) {
    this.streamNames = runnable.pipeline().streams().values().stream().map(Stream::name).toList();
    this.lastCounts = new Counts(streamNames);
    this.streams = streams;
    this.meters = meters;
    this.remembered =
        Gauge.builder(
                "millrace.validator.remembered.ids", this, a -> a.currentCounts().rememberedIds())
            .description("ids that are remembered against repeats")
            .tag("pipeline", runnable.name())
            .register(meters);
    this.misplaced =
        OngoingAlert.watch(
            "validator-" + runnable.name() + "-placement",
            streamNames.stream().map(stream -> misplaced(runnable.name(), stream)).toList(),
            Clock.systemUTC(),
            alerts);
  }

  private OngoingAlert.What misplaced(String pipeline, String stream) {
    Counter here =
        meters.counter("millrace.validator.misplaced", "pipeline", pipeline, "stream", stream);
    return new OngoingAlert.What(
        "records-misplaced/" + stream,
        ErrorCode.RECORDS_MISPLACED,
        () -> (long) here.count(),
        () -> currentCounts().misplaced(stream),
        total ->
            ("records of %s stand in other partitions than Kafka's partitioner gives their keys"
                    + " (./millrace status has the count); set partitioner=murmur2_random in"
                    + " clients of librdkafka")
                .formatted(stream),
        "no record of %s was misplaced for an hour".formatted(stream));
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
    return currentCounts().toJson();
  }

  /** While tasks move, what was counted last. */
  private Counts currentCounts() {
    KafkaStreams client = streams.client();
    if (client != null && client.state() == KafkaStreams.State.RUNNING) {
      Counts counts = new Counts(streamNames);
      add(counts, client, ValidatorTopology.CHECKS);
      add(counts, client, ValidatorTopology.IDS);
      lastCounts = counts;
    }
    return lastCounts;
  }

  private static void add(Counts counts, KafkaStreams client, String store) {
    try (KeyValueIterator<String, Long> stored =
        ValidatorTopology.COUNTS.all(
            client.store(
                StoreQueryParameters.fromNameAndType(
                    store, QueryableStoreTypes.<Bytes, byte[]>keyValueStore())))) {
      stored.forEachRemaining(counts::add);
    } catch (InvalidStateStoreException e) {
      // no task of this half runs here: there is nothing to add
    }
  }

  @Override
  public void close() {
    misplaced.close();
    meters.remove(remembered);
    streams.close();
  }
}
