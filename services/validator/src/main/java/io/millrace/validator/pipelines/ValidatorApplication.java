package io.millrace.validator.pipelines;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.messaging.consumers.Announcer;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.streams.ApplicationAlerts;
import io.millrace.messaging.streams.StreamsApplication;
import io.millrace.validator.counts.Counts;
import io.millrace.validator.topology.ValidatorTopology;
import java.time.Clock;
import java.time.Duration;
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
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final List<String> streamNames;
  private final StreamsApplication streams;
  private final MeterRegistry meters;
  private final Gauge remembered;
  private final List<MisplacedRecords> misplaced;
  private final Announcer announcer;
  private final Background watch;
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
    String name = "validator-" + runnable.name() + "-placement";
    this.announcer = new Announcer(name, alerts);
    MisplacedRecords.Alerts announced =
        new MisplacedRecords.Alerts() {
          @Override
          public void noticed(String alert, PipelineFailure what) {
            announcer.happened(() -> alerts.noticed(alert, what));
          }

          @Override
          public void over(String alert, PipelineFailure what) {
            announcer.happened(() -> alerts.over(alert, what));
          }
        };
    this.misplaced =
        streamNames.stream()
            .map(
                stream ->
                    new MisplacedRecords(
                        runnable.name(), stream, meters, Clock.systemUTC(), announced))
            .toList();
    this.watch = new Background(name);
    watch.every(LOOK, () -> misplaced.forEach(stream -> stream.look(this::currentCounts)));
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
    boolean unused = watch.close(Duration.ZERO);
    announcer.close();
    meters.remove(remembered);
    streams.close();
  }
}
