package io.millrace.messaging.runs;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.StepState;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.runs.Runs.Due;
import io.millrace.messaging.serde.VersionHeader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Writes what became of steps, each word in a transaction that an instance without the partition
 * can't commit; the answer is where the last word stands.
 */
final class StepWriter implements AutoCloseable {
  /** A step that breaks this often ends its run. */
  static final int MOST_ATTEMPTS = 3;

  private static final Duration CLOSE = Duration.ofMillis(500);

  /**
   * To say what becomes of the runs in a partition.
   *
   * @param group with the membership of who has the partition
   */
  record Right(ConsumerGroupMetadata group, int partition) {}

  private final Producer<byte[], byte[]> producer;
  private final ControlRecords<RunStep> steps;
  private final ControlRecords<ModelEvent> models;
  private final String by;
  private final Clock clock;

  StepWriter(
      Producer<byte[], byte[]> producer,
      ControlRecords<RunStep> steps,
      ControlRecords<ModelEvent> models,
      String by,
      Clock clock) {
    this.producer = producer;
    this.steps = steps;
    this.models = models;
    this.by = by;
    this.clock = clock;
    try {
      producer.initTransactions();
    } catch (RuntimeException e) {
      producer.close(CLOSE);
      throw e;
    }
  }

  /** How often the due step has been begun. */
  static int attempts(Due due) {
    return due.last().map(RunStep::getAttempt).orElse(0);
  }

  RecordMetadata running(Right right, Due due, int attempt, JsonNode evidence) {
    return write(
        right,
        List.of(step(due, attempt, StepState.RUNNING).setEvidence(evidence.toString()).build()),
        List.of());
  }

  RecordMetadata made(Right right, Due due, int attempt, StepAttempt.Outcome.Made made) {
    StepResult result = made.result();
    RunStep done =
        step(due, attempt, made.state())
            .setFingerprint(made.fingerprint())
            .setInputs(result.inputs())
            .setOutputs(result.outputs())
            .setEvidence(result.evidence().toString())
            .build();
    return write(right, List.of(done), result.models());
  }

  /** The step has failed, and the run with it. */
  RecordMetadata failed(Right right, Due due, int attempt, ErrorCode code, String message) {
    RunStep failed =
        step(due, attempt, StepState.FAILED).setCode(code.name()).setMessage(message).build();
    RunStep end =
        RunStep.newBuilder(failed)
            .setStep(Step.Known.FAIL.text())
            .setAttempt(1)
            .setEvidence(Evidence.create().put("step", due.work().step().text()).toString())
            .build();
    return write(right, List.of(failed, end), List.of());
  }

  RecordMetadata gaveUp(Right right, Due due) {
    return failed(
        right,
        due,
        attempts(due),
        ErrorCode.STEP_CRASHED,
        "begun %d times and never ended%s"
            .formatted(
                attempts(due),
                Wait.of(due).map(wait -> "; the last time: " + wait.message()).orElse("")));
  }

  private RunStep.Builder step(Due due, int attempt, StepState state) {
    return RunStep.newBuilder()
        .setPipeline(due.run().pipeline())
        .setRun(due.run().id())
        .setStep(due.work().step().text())
        .setAttempt(attempt)
        .setState(state.name())
        .setPipelineVersion(due.run().pipelineVersion())
        .setBy(by)
        .setAt(now());
  }

  private RecordMetadata write(Right right, List<RunStep> words, List<ModelEvent> registry) {
    String pipeline = words.getFirst().getPipeline();
    int modelPartitions = producer.partitionsFor(models.topic().name()).size();
    producer.beginTransaction();
    List<Future<RecordMetadata>> written = new ArrayList<>();
    for (RunStep word : words) {
      String key = word.getPipeline() + "/" + word.getRun() + "/" + word.getStep();
      written.add(send(steps.recordIn(right.partition(), key, word, word.getAt())));
    }
    for (ModelEvent event : registry) {
      ProducerRecord<byte[], byte[]> record =
          models.record(pipeline, key(event), event, event.getAt(), modelPartitions);
      VersionHeader.set(record.headers(), words.getFirst().getPipelineVersion());
      send(record);
    }
    // the offset means nothing, the runs are read from their beginning; the membership counts
    producer.sendOffsetsToTransaction(
        Map.of(
            new TopicPartition(steps.topic().name(), right.partition()), new OffsetAndMetadata(0)),
        right.group());
    producer.commitTransaction();
    return written.getLast().resultNow();
  }

  private Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    // a failure comes back from the commit
    return producer.send(record, (metadata, failure) -> {});
  }

  private static String key(ModelEvent event) {
    return switch (event.getChange()) {
      case ModelVersion version -> event.getModel() + "/" + version.getVersion();
      case AliasMoved moved ->
          event.getModel() + "@" + moved.getAlias() + "/" + moved.getSequence();
      default -> throw new IllegalArgumentException("no key for " + event.getChange());
    };
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }

  @Override
  public void close() {
    producer.close(CLOSE);
  }
}
