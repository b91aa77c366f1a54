package io.millrace.transformer.online;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.features.online.OnlineStore;
import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.features.online.StoreAnswer.Unavailable;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.settings.MillraceSettings;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
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
  private final Background removing = new Background("redis-removals");

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

  /**
   * Removes what the store holds of a pipeline whose writer was closed, and waits for that; while
   * the store is away it is tried again later.
   */
  public void remove(String pipeline) {
    latest.remove(pipeline);
    remove(pipeline, 1);
  }

  private void remove(String pipeline, int tries) {
    switch (store.remove(pipeline).toCompletableFuture().join()) {
      case Answered<Long>(Long keys) ->
          LOG.info("pipeline={} removed {} keys from Redis", pipeline, keys);
      case Unavailable<Long>(String reason) -> {
        Duration pause = Backoff.UP_TO_A_MINUTE.after(tries);
        LOG.warn(
            "pipeline={} code={} its features stay in Redis, trying again in {} s: {}",
            pipeline,
            ErrorCode.REDIS_UNAVAILABLE,
            pause.toSeconds(),
            reason);
        removing.after(
            pause,
            () -> {
              if (!latest.containsKey(pipeline)) { // one that writes again removes what is old
                remove(pipeline, tries + 1);
              }
            });
      }
    }
  }

  @PreDestroy
  void stop() {
    boolean unused = removing.close(Duration.ZERO);
  }

  /** By pipeline whether its writer finds Redis away. */
  Map<String, Boolean> storeAway() {
    Map<String, Boolean> away = new TreeMap<>();
    latest.forEach((pipeline, writer) -> away.put(pipeline, writer.isStoreAway()));
    return away;
  }
}
