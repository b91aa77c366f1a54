package io.millrace.transformer.stream;

import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineGroup;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.streams.ApplicationAlerts;
import io.millrace.messaging.streams.RefusedRecords;
import io.millrace.messaging.streams.StreamsApplication;
import io.millrace.messaging.streams.StreamsSettings;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StoreQueryParameters;
import org.apache.kafka.streams.errors.InvalidStateStoreException;
import org.apache.kafka.streams.state.QueryableStoreTypes;

/** The Streams application of one pipeline. */
public final class TransformerStreams implements PipelineApplication {
  private final StreamsApplication streams;

  public TransformerStreams(
      RunnablePipeline pipeline,
      SchemaCache schemas,
      StreamsSettings settings,
      ApplicationAlerts alerts) {
    JoinPlan plan = new JoinPlan(pipeline, schemas);
    this.streams =
        new StreamsApplication(
            lag -> TransformerTopology.build(plan),
            settings.properties(PipelineGroup.transformerId(pipeline.name())),
            TransformerTopology.states(),
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
          TransformerTopology.COUNTS.all(
              client.store(
                  StoreQueryParameters.fromNameAndType(
                      TransformerTopology.IDS,
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
