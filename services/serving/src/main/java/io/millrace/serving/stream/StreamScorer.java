package io.millrace.serving.stream;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.serving.models.ModelRepository;
import io.millrace.serving.models.ServedPipeline;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Predicts a pipeline's vectors on a thread of its own, batch by batch, each batch and its offsets
 * in one transaction: exactly once for a read-committed reader.
 *
 * <p>Whatever may pass (Kafka or the registry away, a lost partition) leads back to the committed
 * offsets with a new producer. A bug, or another process under the same instance name, ends in
 * {@link State#FAILED}.
 */
public final class StreamScorer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamScorer.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration PRODUCER_CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(15);

  private final ServedPipeline pipeline;
  private final ModelRepository models;
  private final SchemaCache schemas;
  private final StreamSettings settings;
  private final MeterRegistry meters;
  private final Clock clock;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile State state = State.STARTING;
  private volatile @Nullable VectorPump pump;
  private Duration pause = FIRST_PAUSE;

  /**
   * @param settings where and in what steps
   */
  public StreamScorer(
      StreamSettings settings,
      ServedPipeline pipeline,
      ModelRepository models,
      SchemaCache schemas,
      MeterRegistry meters,
      Clock clock) {
    this.pipeline = pipeline;
    this.models = models;
    this.schemas = schemas;
    this.settings = settings;
    this.meters = meters;
    this.clock = clock;
    this.thread =
        Thread.ofPlatform().daemon().name("score-" + pipeline.name()).unstarted(this::run);
  }

  /** Returns at once; {@link #state} tells when it runs. */
  public void start() {
    thread.start();
  }

  /** STARTING also while it waits for a neighbour to come back. */
  public State state() {
    return state;
  }

  /** Vectors predicted and skipped so far, of the partitions that are read here. */
  public Map<String, Object> counts() {
    VectorPump current = pump;
    return (current == null ? StreamCounts.NONE : current.counts()).toJson();
  }

  private void run() {
    try {
      while (closed.getCount() > 0) {
        pumpUntilFailure();
      }
    } catch (FencedInstanceIdException e) {
      fail("another process runs under the same instance name", e);
    } catch (RuntimeException | Error e) {
      fail("this is a bug", e);
    } finally {
      boolean unused = Thread.interrupted(); // or the consumer would be left half closed
      VectorPump current = pump;
      if (current != null) {
        current.close();
      }
    }
  }

  /** Returns after a failure that may pass. */
  private void pumpUntilFailure() {
    try {
      VectorPump current = pump();
      Producer<byte[], byte[]> producer = settings.producer(pipeline.name());
      try {
        producer.initTransactions();
        current.rewind();
        while (closed.getCount() > 0) {
          current.step(producer);
          state = State.RUNNING;
          pause = FIRST_PAUSE;
        }
      } finally {
        // without a bound it would wait for Kafka to abort what the next producer aborts anyway
        producer.close(PRODUCER_CLOSE_TIMEOUT);
      }
    } catch (WakeupException e) {
      LOG.debug("pipeline={} closing", pipeline.name());
    } catch (FencedInstanceIdException e) {
      throw e;
    } catch (KafkaException | RegistryUnavailableException e) {
      waitAfter(e);
    }
  }

  private VectorPump pump() {
    VectorPump current = pump;
    if (current == null) {
      current =
          new VectorPump(
              DataTopic.VECTORS.of(pipeline.name()),
              settings.consumer(pipeline.name()),
              pipeline,
              models,
              schemas,
              meters,
              clock);
      pump = current;
    }
    return current;
  }

  private void waitAfter(Exception cause) {
    state = State.STARTING;
    LOG.warn(
        "pipeline={} predicting was interrupted, reading again from the last commit in {} ms",
        pipeline.name(),
        pause.toMillis(),
        cause);
    try {
      boolean unused = closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    pause =
        pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
  }

  private void fail(String reason, Throwable cause) {
    state = State.FAILED;
    LOG.error("pipeline={} no more vectors are predicted: {}", pipeline.name(), reason, cause);
  }

  /** What is not committed is left to the next start. */
  @Override
  public void close() {
    closed.countDown();
    VectorPump current = pump;
    if (current != null) {
      current.wakeUp();
    }
    try {
      if (thread.getState() != Thread.State.NEW && !thread.join(CLOSE_TIMEOUT)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
