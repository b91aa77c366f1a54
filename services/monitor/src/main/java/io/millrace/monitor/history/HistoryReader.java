package io.millrace.monitor.history;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.DriftMeasured;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlReader.Skipped;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.registry.SchemaCache;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the control topics from their beginning and on, in a thread of its own. It has no group and
 * keeps nothing on disk: a history that was wiped is there again after a start.
 */
@ApplicationScoped
public class HistoryReader {
  private static final Logger LOG = LoggerFactory.getLogger(HistoryReader.class);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(6);

  private final KafkaClients clients;
  private final ControlPositions positions = new ControlPositions();
  private final Histories histories;
  private final Changes changes;
  private final ControlAlarms alarms;
  private final Map<String, Feed<?>> feeds;
  private final Thread thread = Thread.ofPlatform().daemon().name("history").unstarted(this::run);
  private final CompletableFuture<Void> begun = positions.end();
  private volatile boolean stopped;

  @Inject
  public HistoryReader(
      KafkaClients clients,
      SchemaCache schemas,
      Histories histories,
      Changes changes,
      ControlAlarms alarms) {
    this.clients = clients;
    this.alarms = alarms;
    this.histories = histories;
    this.changes = changes;
    this.feeds = feeds(schemas, alarms::accept);
  }

  private static Map<String, Feed<?>> feeds(SchemaCache s, java.util.function.Consumer<Skipped> w) {
    return Map.of(
        ControlTopic.PIPELINES.name(),
        new Feed<>(
            ControlTopic.PIPELINES,
            Section.PIPELINE,
            s,
            w,
            PipelineVersion::getPipeline,
            PipelineHistory::accept),
        ControlTopic.DATASETS.name(),
        new Feed<>(
            ControlTopic.DATASETS,
            Section.DATA,
            s,
            w,
            PartWritten::getPipeline,
            PipelineHistory::accept),
        ControlTopic.RUNS.name(),
        new Feed<>(
            ControlTopic.RUNS, Section.RUNS, s, w, RunStep::getPipeline, PipelineHistory::accept),
        ControlTopic.MODELS.name(),
        new Feed<>(
            ControlTopic.MODELS,
            Section.MODELS,
            s,
            w,
            ModelEvent::getModel,
            PipelineHistory::accept),
        ControlTopic.METRICS.name(),
        new Feed<>(
            ControlTopic.METRICS,
            Section.METRICS,
            s,
            w,
            MetricsMeasured::getPipeline,
            PipelineHistory::accept),
        ControlTopic.DRIFT.name(),
        new Feed<>(
            ControlTopic.DRIFT,
            Section.DRIFT,
            s,
            w,
            DriftMeasured::getPipeline,
            PipelineHistory::accept),
        ControlTopic.ALERTS.name(),
        new Feed<>(
            ControlTopic.ALERTS,
            Section.ALERTS,
            s,
            w,
            AlertEvent::getPipeline,
            PipelineHistory::accept));
  }

  /** Whether all that was said before this process started is known. */
  public boolean isReady() {
    return begun.isDone();
  }

  /**
   * Returns once all that is committed at this moment is known.
   *
   * @throws ProblemException when that takes too long
   */
  public void catchUp() {
    try {
      positions.end().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new ProblemException(
          ErrorCode.KAFKA_UNAVAILABLE,
          "this instance has not read yet what was said last; send the request again");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  void start(@Observes StartupEvent event) {
    thread.start();
  }

  @PreDestroy
  void stop() throws InterruptedException {
    stopped = true;
    thread.join(PATIENCE);
  }

  private void run() {
    boolean warned = false;
    while (!stopped) {
      try (Consumer<byte[], byte[]> consumer = clients.reader(Map.of())) {
        positions.assign(consumer, feeds.keySet());
        while (!stopped) {
          positions.poll(
              consumer,
              record ->
                  java.util.Objects.requireNonNull(feeds.get(record.topic()))
                      .accept(record, histories, changes));
          warned = false;
          if (isReady()) {
            alarms.speak();
          }
        }
      } catch (RuntimeException e) {
        if (!warned && !stopped) {
          LOG.warn("waiting for broker and schema registry: {}", e.toString());
        }
        warned = true;
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      stopped = true;
    }
  }
}
