package io.millrace.monitor.history;

import static java.util.Objects.requireNonNull;

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
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.consumers.Follower;
import io.millrace.messaging.control.ControlReader.Skipped;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.pipelines.PipelineApplication.State;
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
import org.apache.kafka.clients.consumer.ConsumerRecords;

/**
 * Reads the control topics from their beginning and on. It has no group and keeps nothing on disk:
 * a history that was wiped is there again after a start.
 */
@ApplicationScoped
public class HistoryReader {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(6);

  private final Follower follower;
  private final ConsumerLoop loop;
  private final CompletableFuture<Void> begun;

  @Inject
  public HistoryReader(
      KafkaClients clients,
      SchemaCache schemas,
      Histories histories,
      Changes changes,
      ControlAlarms alarms) {
    Map<String, Feed<?>> feeds = feeds(schemas, alarms::accept);
    this.follower =
        new Follower(
            feeds.keySet(),
            record ->
                requireNonNull(feeds.get(record.topic())).accept(record, histories, changes)) {
          @Override
          public void handle(ConsumerRecords<byte[], byte[]> records) {
            super.handle(records);
            if (isReady()) {
              alarms.speak();
            }
          }

          @Override
          public Duration patience() {
            return POLL;
          }
        };
    this.begun = follower.whenCaughtUp();
    this.loop = follower.loop("history", clients);
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
    return begun.isDone() && loop.state() != State.FAILED;
  }

  /**
   * Returns once all that is committed at this moment is known.
   *
   * @throws ProblemException when that takes too long
   */
  public void catchUp() {
    try {
      follower.whenCaughtUp().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
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
    loop.start();
  }

  @PreDestroy
  void stop() {
    loop.close();
  }
}
