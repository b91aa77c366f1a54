package io.millrace.monitor.topology;

import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineGroup;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.streams.ApplicationAlerts;
import io.millrace.messaging.streams.RefusedRecords;
import io.millrace.messaging.streams.StreamsApplication;
import io.millrace.messaging.streams.StreamsSettings;
import io.millrace.monitor.judge.JudgePlan;
import io.millrace.monitor.outcomes.OutcomePlan;
import io.millrace.monitor.outcomes.OutcomeProcessor;
import io.millrace.monitor.outcomes.TaskCounts;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/** The Streams application of one pipeline. */
public final class MonitorStreams implements PipelineApplication {
  private final StreamsApplication streams;

  /**
   * Starts it.
   *
   * @param versions the pipeline's other ones, by which models were trained
   * @param judge made when the registry is there; until then it is asked for again
   */
  public MonitorStreams(
      RunnablePipeline pipeline,
      IntFunction<Optional<RunnablePipeline>> versions,
      SchemaCache schemas,
      StreamsSettings settings,
      Function<OutcomePlan, JudgePlan> judge,
      ApplicationAlerts alerts) {
    OutcomePlan outcomes = new OutcomePlan(pipeline, versions, schemas);
    this.streams =
        new StreamsApplication(
            lag -> MonitorTopology.build(outcomes, judge.apply(outcomes)),
            settings.properties(PipelineGroup.monitorId(pipeline.name()), pipeline.since()),
            OutcomeProcessor.states(),
            new RefusedRecords(pipeline.name()),
            alerts);
    streams.start();
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
    KafkaStreams client = streams.client();
    if (client == null) {
      return Map.of();
    }
    try {
      return TaskCounts.sum(
          OutcomeProcessor.COUNTS.all(
              client.store(
                  StoreQueryParameters.fromNameAndType(
                      OutcomeProcessor.OUTCOMES,
                      QueryableStoreTypes.<Bytes, byte[]>keyValueStore()))));
    } catch (InvalidStateStoreException e) {
      return Map.of(); // not assigned, or moving
    }
  }

  @Override
  public void close() {
    streams.close();
  }
}
