package io.millrace.local.demo;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.runs.Step.Known;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.local.reconcile.TopicDump;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.models.ModelHistory.Move;
import io.millrace.messaging.models.ModelHistory.Published;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.runs.Runs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/** What the control topics say of one pipeline, read when all is over. */
final class Facts {
  private final Runs runs = new Runs();
  private final List<AlertEvent> alerts = new ArrayList<>();
  private final String pipeline;
  private ModelHistory models;

  Facts(KafkaClients kafka, SchemaCache schemas, String pipeline) {
    this.pipeline = pipeline;
    this.models = ModelHistory.of(pipeline);
    read(kafka, schemas, ControlTopic.RUNS, runs::accept);
    read(kafka, schemas, ControlTopic.MODELS, event -> models = models.with(event));
    read(kafka, schemas, ControlTopic.ALERTS, this::alert);
    alerts.sort(Comparator.comparing(AlertEvent::getAt));
  }

  List<Run> runs() {
    return runs.of(pipeline);
  }

  /** Asked for because of what the world did, not for want of a model. */
  List<Run> retrainings() {
    return runs().stream()
        .filter(
            run -> run.step(Known.REQUESTED).filter(s -> Evidence.of(s).has("version")).isPresent())
        .toList();
  }

  Optional<ModelVersion> version(int number) {
    return models.version(number).map(Published::version);
  }

  List<Move> swaps() {
    return models.moves(ModelHistory.CHAMPION);
  }

  /** The first alarm about a decay. */
  Optional<AlertEvent> decayAlert() {
    return alerts.stream()
        .filter(alert -> alert.getCode().equals(ErrorCode.MODEL_DECAYED.name()))
        .findFirst();
  }

  /** When a step of a run was told last. */
  static Optional<Instant> at(Run run, Known step) {
    return run.step(step).map(RunStep::getAt);
  }

  private void alert(AlertEvent alert) {
    if (alert.getPipeline().equals(pipeline)) {
      alerts.add(alert);
    }
  }

  private static <T extends SpecificRecord> void read(
      KafkaClients kafka, SchemaCache schemas, ControlTopic<T> topic, Consumer<T> each) {
    ControlReader<T> reader = new ControlReader<>(topic, schemas);
    TopicDump.read(kafka, topic.name(), record -> reader.read(record).ifPresent(each));
  }
}
