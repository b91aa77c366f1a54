package io.millrace.transformer.online;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.features.online.OnlineStore;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a pipeline's panes in Redis as the features topic has them: at least once, and the highest
 * offset wins. An emptied Redis is filled again from the topic.
 *
 * <p>While Redis is away it waits and {@link #isStoreAway} says so; whatever else happens leads
 * back to the committed offsets.
 */
public final class FeatureWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FeatureWriter.class);

  private final String pipeline;
  private final FeatureClients clients;
  private final OnlineStore store;
  private final WriterMetrics metrics;
  private final ConsumerLoop loop;
  private volatile boolean storeAway;

  /**
   * @param instance unique per process
   */
  public FeatureWriter(
      KafkaClients kafka,
      String instance,
      String pipeline,
      OnlineStore store,
      MeterRegistry meters,
      ConsumerLoop.Watch watch) {
    this.pipeline = pipeline;
    this.clients = new FeatureClients(kafka, instance, pipeline);
    this.store = store;
    this.metrics = new WriterMetrics(meters, pipeline);
    this.loop = new ConsumerLoop("redis-" + pipeline, clients::consumer, new Sessions(), watch);
  }

  /** Returns at once; {@link #state} tells when it runs. */
  public void start() {
    loop.start();
  }

  /** RUNNING also while Redis is away. */
  public State state() {
    return loop.state();
  }

  public Optional<PipelineFailure> failure() {
    return loop.failure();
  }

  /** Whether Redis did not take what was last written; what is read from it may be old. */
  public boolean isStoreAway() {
    return storeAway;
  }

  /** One session from each beginning to the next failure. */
  private final class Sessions implements ConsumerLoop.Handler {
    private @Nullable FeatureSession session;

    @Override
    public void begin(Consumer<byte[], byte[]> consumer) throws InterruptedException {
      String log = clients.log();
      if (consumer.subscription().isEmpty()) {
        consumer.subscribe(List.of(clients.topic()));
      }
      ConsumerLoop.rewind(consumer);
      session = new FeatureSession(pipeline, log, consumer, store, metrics, InstantSource.system());
    }

    @Override
    public void handle(ConsumerRecords<byte[], byte[]> records) {
      FeatureSession current = Objects.requireNonNull(session);
      current.handle(records);
      report(current.isStoreAway());
    }
  }

  /** The session has said why Redis is away. */
  private void report(boolean away) {
    if (storeAway && !away) {
      LOG.warn("pipeline={} Redis is back", pipeline);
    }
    storeAway = away;
  }

  /** What is not in Redis yet is left to the next start. */
  @Override
  public void close() {
    loop.close();
    metrics.close();
  }
}
