package io.millrace.local.run;

import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.StepState;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.local.running.AppliedPipeline;
import io.millrace.local.running.RunningSystem;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.registry.ApicurioRegistry;
import io.millrace.messaging.runs.Evidence;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The event that opens a run. */
record RunRequest(RunStep requested) {
  private static final int TIMEOUT_MS = 10_000;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss").withZone(ZoneOffset.UTC);

  /** A run of the newest version; its id sorts by time. */
  static RunRequest of(AppliedPipeline applied, Clock clock, RandomGenerator random) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return new RunRequest(
        RunStep.newBuilder()
            .setPipeline(applied.pipeline().name())
            .setRun("%s-%06x".formatted(TIME.format(now), random.nextInt(1 << 24)))
            .setStep(Step.Known.REQUESTED.text())
            .setState(StepState.DONE.name())
            .setPipelineVersion(applied.version())
            .setEvidence(Evidence.create().put("reason", "manual").toString())
            .setBy("millrace run")
            .setAt(now)
            .build());
  }

  /** Writes it; returns once the broker has it. */
  RunStep send(RunningSystem system) {
    ControlRecords<RunStep> records =
        ControlRecords.registered(
            ControlTopic.RUNS, new ApicurioRegistry(system.registry()), "/millrace/local");
    try (Producer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                system.bootstrapServers(),
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                TIMEOUT_MS,
                ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                TIMEOUT_MS / 2,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                TIMEOUT_MS),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      String key =
          String.join("/", requested.getPipeline(), requested.getRun(), requested.getStep());
      int partitions = producer.partitionsFor(ControlTopic.RUNS.name()).size();
      producer
          .send(
              records.record(
                  requested.getPipeline(), key, requested, requested.getAt(), partitions))
          .get();
      return requested;
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted", e);
    }
  }
}
