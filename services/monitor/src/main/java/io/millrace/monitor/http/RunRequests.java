package io.millrace.monitor.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.StepState;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.settings.MillraceSettings;
import io.millrace.monitor.history.PipelineHistory;
import io.millrace.monitor.history.RunSteps;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/**
 * Opens runs that were asked for by hand. Of two requests at the same instance the second sees the
 * first; of two at different ones the transform step ends the second, with the same code.
 */
@ApplicationScoped
public class RunRequests {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);
  private static final int RANDOM_DIGITS = 6;

  private final KnownHistories histories;
  private final KafkaClients clients;
  private final SchemaRegistry registry;
  private final String by;
  private final Clock clock;

  @Inject
  public RunRequests(
      KnownHistories histories,
      KafkaClients clients,
      SchemaRegistry registry,
      MillraceSettings settings,
      Clock clock) {
    this.histories = histories;
    this.clients = clients;
    this.registry = registry;
    this.by = "monitor/" + settings.instance();
    this.clock = clock;
  }

  /**
   * Writes the request; returns once it is in the log.
   *
   * @param note whatever the person who asks wants to be remembered
   * @throws ProblemException when there is no such pipeline, or a run of it is open
   */
  synchronized RunStep request(String pipeline, String note) {
    PipelineHistory history = histories.requireNewest(pipeline);
    PipelineVersion version =
        history
            .newest()
            .filter(newest -> !newest.getDeleted())
            .orElseThrow(
                () ->
                    new ProblemException(
                        ErrorCode.UNKNOWN_PIPELINE, "the pipeline " + pipeline + " was deleted"));
    history.runs().stream().map(RunSteps::run).filter(Run::isOpen).forEach(RunRequests::refuse);
    RunStep requested = step(version, note);
    send(requested);
    histories.requireNewest(pipeline);
    return requested;
  }

  private static void refuse(Run open) {
    throw new ProblemException(
        ErrorCode.RUN_ALREADY_OPEN,
        "run %s of %s has not ended, its last step is %s; one goes on at a time"
            .formatted(open.id(), open.pipeline(), List.copyOf(open.steps().keySet()).getLast()));
  }

  private RunStep step(PipelineVersion version, String note) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    ObjectNode evidence = Evidence.create().put("reason", "manual");
    if (!note.isEmpty()) {
      evidence.put("note", note);
    }
    return RunStep.newBuilder()
        .setPipeline(version.getPipeline())
        .setRun(TIME.format(now) + "-" + UUID.randomUUID().toString().substring(0, RANDOM_DIGITS))
        .setStep(Step.Known.REQUESTED.text())
        .setState(StepState.DONE.name())
        .setPipelineVersion(version.getVersion())
        .setEvidence(evidence.toString())
        .setBy(by)
        .setAt(now)
        .build();
  }

  private void send(RunStep step) {
    ControlRecords<RunStep> records =
        ControlRecords.registered(ControlTopic.RUNS, registry, "/millrace/monitor");
    try (Producer<byte[], byte[]> producer = clients.producer(Map.of())) {
      String key = String.join("/", step.getPipeline(), step.getRun(), step.getStep());
      int partitions = producer.partitionsFor(ControlTopic.RUNS.name()).size();
      producer.send(records.record(step.getPipeline(), key, step, step.getAt(), partitions)).get();
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
