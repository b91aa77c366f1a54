package io.millrace.transformer.online;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.features.online.OnlineStore;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a pipeline's panes in Redis as the features topic has them, on a thread of its own: at
 * least once, and the highest offset wins. An emptied Redis is filled again from the topic.
 *
 * <p>While Redis is away it waits and {@link #isStoreAway} says so; whatever happens to Kafka ends
 * the session and starts another from the committed offsets.
 */
public final class FeatureWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FeatureWriter.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final String pipeline;
  private final FeatureClients clients;
  private final OnlineStore store;
  private final WriterMetrics metrics;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile State state = State.STARTING;
  private volatile boolean storeAway;
  private volatile @Nullable Consumer<byte[], byte[]> consumer;

  /**
   * @param instance unique per process
   */
  public FeatureWriter(
      KafkaClients kafka,
      String instance,
      String pipeline,
      OnlineStore store,
      MeterRegistry meters) {
    this.pipeline = pipeline;
    this.clients = new FeatureClients(kafka, instance, pipeline);
    this.store = store;
    this.metrics = new WriterMetrics(meters, pipeline);
    this.thread = Thread.ofPlatform().daemon().name("redis-" + pipeline).unstarted(this::run);
  }

  /** Returns at once; {@link #state} tells when it runs. */
  public void start() {
    thread.start();
  }

  /** STARTING also while it waits for Kafka; RUNNING also while Redis is away. */
  public State state() {
    return state;
  }

  /** Whether Redis did not take what was last written; what is read from it may be old. */
  public boolean isStoreAway() {
    return storeAway;
  }

  private void run() {
    while (closed.getCount() > 0) {
      try {
        runSession();
      } catch (WakeupException | InterruptedException e) {
        // closed
      } catch (FencedInstanceIdException e) {
        fail("another process runs under the same instance name", e);
        return;
      } catch (KafkaException e) {
        state = State.STARTING;
        LOG.warn("pipeline={} writing to Redis was interrupted by Kafka, going on", pipeline, e);
        pause();
      } catch (RuntimeException | Error e) {
        fail("this is a bug", e);
        return;
      }
    }
  }

  private void runSession() throws InterruptedException {
    String log = clients.log();
    Consumer<byte[], byte[]> current = clients.consumer();
    try {
      consumer = current;
      current.subscribe(java.util.List.of(clients.topic()));
      FeatureSession session =
          new FeatureSession(pipeline, log, current, store, metrics, InstantSource.system());
      while (closed.getCount() > 0) {
        session.step();
        state = State.RUNNING;
        report(session.isStoreAway());
      }
    } finally {
      consumer = null;
      boolean unused = Thread.interrupted(); // or the consumer would be left half closed
      current.close();
    }
  }

  /** The session has said why Redis is away. */
  private void report(boolean away) {
    if (storeAway && !away) {
      LOG.warn("pipeline={} Redis is back", pipeline);
    }
    storeAway = away;
  }

  private void pause() {
    try {
      boolean unused = closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void fail(String reason, Throwable cause) {
    state = State.FAILED;
    LOG.error("pipeline={} Redis is written no more: {}", pipeline, reason, cause);
  }

  /** What is not in Redis yet is left to the next start. */
  @Override
  public void close() {
    closed.countDown();
    Consumer<byte[], byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
    try {
      if (!thread.join(CLOSE_TIMEOUT)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    metrics.close();
  }
}
