package io.millrace.transformer.online;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.features.online.OnlineStore;
import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.features.online.StoreAnswer.Unavailable;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.settings.MillraceSettings;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the Redis writers of the pipelines that run here, and knows how they fare. */
@ApplicationScoped
public class FeatureWriters {
  private static final Logger LOG = LoggerFactory.getLogger(FeatureWriters.class);

  private final KafkaClients kafka;
  private final String instance;
  private final OnlineStore store;
  private final MeterRegistry meters;
  private final Map<String, FeatureWriter> latest = new ConcurrentHashMap<>();

  @Inject
  public FeatureWriters(
      KafkaClients kafka, MillraceSettings settings, OnlineStore store, MeterRegistry meters) {
    this.kafka = kafka;
    this.instance = settings.instance();
    this.store = store;
    this.meters = meters;
  }

  /** Starts the writer of a pipeline; whoever asks for it closes it. */
  public FeatureWriter start(RunnablePipeline pipeline, ConsumerLoop.Watch watch) {
    FeatureWriter writer =
        new FeatureWriter(kafka, instance, pipeline.name(), store, meters, watch);
    latest.put(pipeline.name(), writer);
    writer.start();
    return writer;
  }

  /** Removes what the store holds of a pipeline whose writer was closed. */
  public void remove(String pipeline) {
    latest.remove(pipeline);
    store
        .remove(pipeline)
        .thenAccept(
            answer -> {
              switch (answer) {
                case Answered<Long>(Long keys) ->
                    LOG.info("pipeline={} removed {} keys from Redis", pipeline, keys);
                case Unavailable<Long>(String reason) ->
                    LOG.warn(
                        "pipeline={} code={} its features stay in Redis until the next start: {}",
                        pipeline,
                        ErrorCode.REDIS_UNAVAILABLE,
                        reason);
              }
            });
  }

  /** By pipeline whether its writer finds Redis away. */
  Map<String, Boolean> storeAway() {
    Map<String, Boolean> away = new TreeMap<>();
    latest.forEach((pipeline, writer) -> away.put(pipeline, writer.isStoreAway()));
    return away;
  }
}
