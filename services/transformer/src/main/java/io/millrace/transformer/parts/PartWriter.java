package io.millrace.transformer.parts;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.artifacts.ArtifactException;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.serde.RecordEncoder;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a pipeline's rows as Parquet parts on a thread of its own: the file first, then its
 * announcement and the consumer's offsets in one transaction. Announced means committed; a file
 * that was never announced is garbage.
 *
 * <p>Whatever may pass (Kafka, the registry or the disk away, a lost partition) leads back to the
 * committed offsets with a new producer. A bug, or another process under the same instance name,
 * ends in {@link State#FAILED}.
 */
public final class PartWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PartWriter.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
  private static final Duration PRODUCER_CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(15);

  private final PartSettings settings;
  private final RunnablePipeline pipeline;
  private final PartFiles files;
  private final RecordEncoder announcements;
  private final PartMetrics metrics;
  private final CutRequests cuts;
  private final Clock clock;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile State state = State.STARTING;
  private volatile @Nullable PartPump pump;
  private Duration pause = FIRST_PAUSE;

  /**
   * @param announcements encodes {@code PartWritten}
   */
  public PartWriter(
      PartSettings settings,
      RunnablePipeline pipeline,
      SchemaCache schemas,
      RecordEncoder announcements,
      ArtifactStore store,
      MeterRegistry meters,
      CutRequests cuts,
      Clock clock) {
    this.settings = settings;
    this.pipeline = pipeline;
    Schema row = PipelineSchemas.of(pipeline.pipeline()).row();
    this.files =
        new PartFiles(pipeline, settings.spool(), store, row, RecordDecoder.generic(schemas, row));
    this.announcements = announcements;
    this.metrics = new PartMetrics(meters, pipeline.name());
    this.cuts = cuts;
    this.clock = clock;
    this.thread =
        Thread.ofPlatform().daemon().name("parts-" + pipeline.name()).unstarted(this::run);
  }

  /** The consumer group whose offsets tell which rows are in parts. */
  public static String group(String pipeline) {
    return "millrace-transformer-" + pipeline + "-parts";
  }

  /** Returns at once; {@link #state} tells when it runs. */
  public void start() {
    thread.start();
  }

  /** STARTING also while it waits for a neighbour to come back. */
  public State state() {
    return state;
  }

  private void run() {
    try {
      while (closed.getCount() > 0) {
        pumpUntilFailure();
      }
    } catch (FencedInstanceIdException e) {
      fail("another process runs as instance " + settings.instance(), e);
    } catch (ArtifactException e) {
      fail("the artifact store and the rows disagree", e);
    } catch (RuntimeException | Error e) {
      fail("this is a bug", e);
    } finally {
      boolean unused = Thread.interrupted(); // or the consumer would be left half closed
      PartPump current = pump;
      if (current != null) {
        current.close();
      }
    }
  }

  /** Returns after a failure that may pass. */
  private void pumpUntilFailure() throws ArtifactException {
    try {
      PartPump current = pump();
      files.clearSpool();
      Producer<byte[], byte[]> producer = settings.producer(pipeline.name());
      try {
        producer.initTransactions();
        Announcer announcer = new Announcer(producer, announcements, pipeline.name(), clock);
        current.rewind();
        while (closed.getCount() > 0) {
          current.step(announcer);
          state = State.RUNNING;
          pause = FIRST_PAUSE;
        }
      } finally {
        // without a bound it would wait for Kafka to abort what the next producer aborts anyway
        producer.close(PRODUCER_CLOSE_TIMEOUT);
      }
    } catch (WakeupException e) {
      LOG.debug("pipeline={} closing", pipeline.name());
    } catch (FencedInstanceIdException | ArtifactException e) {
      throw e;
    } catch (KafkaException | RegistryUnavailableException | IOException e) {
      waitAfter(e);
    }
  }

  private PartPump pump() {
    PartPump current = pump;
    if (current == null) {
      current =
          new PartPump(
              DataTopic.ROWS.of(pipeline.name()),
              settings.consumer(pipeline.name()),
              new RowBuffers(settings),
              files,
              metrics,
              () -> cuts.take(pipeline.name()),
              clock);
      pump = current;
    }
    return current;
  }

  private void waitAfter(Exception cause) {
    state = State.STARTING;
    metrics.retried();
    LOG.warn(
        "pipeline={} writing parts was interrupted, reading again from the last part in {} ms",
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
    LOG.error("pipeline={} no more parts are written: {}", pipeline.name(), reason, cause);
  }

  /** Rows that are in no part yet are left to the next start. */
  @Override
  public void close() {
    closed.countDown();
    PartPump current = pump;
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
