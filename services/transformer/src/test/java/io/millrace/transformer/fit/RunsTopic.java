package io.millrace.transformer.fit;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.Verification;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.StepState;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.RunClients;
import io.millrace.messaging.runs.RunWorker;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.topics.NewTopics;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The topic of runs in a real broker, with one partition. */
final class RunsTopic implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final String bootstrap;
  private final SchemaRegistry registry = new RegistryInMemory();
  private final SchemaCache schemas = new SchemaCache(registry);
  private final Producer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final RecordDecoder<RunStep> decoder = RecordDecoder.specific(schemas, RunStep.class);
  private final List<RunStep> read = new ArrayList<>();

  RunsTopic(KafkaCluster cluster) throws Exception {
    this.bootstrap = cluster.getBootstrapServers();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      NewTopics.create(
          admin,
          List.of(
              new NewTopic(ControlTopic.RUNS.name(), 1, (short) 1),
              new NewTopic(ControlTopic.MODELS.name(), 1, (short) 1)));
    }
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all = List.of(new TopicPartition(ControlTopic.RUNS.name(), 0));
    consumer.assign(all);
    consumer.seekToBeginning(all);
  }

  RunWorker worker(String instance, ArtifactStore store, TransformStep step) {
    RunWorker worker =
        new RunWorker(
            new RunClients(
                KafkaClients.at(bootstrap),
                "transformer",
                instance,
                registry,
                schemas,
                reference -> store.verify(Artifact.of(reference)) instanceof Verification.Intact,
                Duration.ofMinutes(30),
                Clock.systemUTC()),
            List.of(step));
    worker.start();
    return worker;
  }

  /** Says that a step of a run of version 1 is done. */
  void done(String run, String step) throws Exception {
    RunStep event =
        RunStep.newBuilder()
            .setPipeline("taxi")
            .setRun(run)
            .setStep(step)
            .setState(StepState.DONE.name())
            .setPipelineVersion(1)
            .setBy("test")
            .setAt(TaxiRows.START)
            .build();
    producer
        .send(
            ControlRecords.registered(ControlTopic.RUNS, registry, "/test")
                .record("taxi", "taxi/" + run + "/" + step, event, TaxiRows.START, 1))
        .get();
  }

  /** The end of a step, once it has come. */
  RunStep await(String run, String step) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<RunStep> end =
          read.stream()
              .filter(s -> s.getRun().equals(run) && s.getStep().equals(step))
              .filter(s -> !s.getState().equals(StepState.RUNNING.name()))
              .findFirst();
      if (end.isPresent()) {
        return end.get();
      }
      poll();
    }
    throw new AssertionError("no end of %s of %s in time: %s".formatted(step, run, read));
  }

  /** What a step waits for, once it says so. */
  String awaitWaiting(String run, String step) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      for (RunStep word : read) {
        String code = Evidence.of(word).at("/waiting/code").asText();
        if (word.getRun().equals(run) && word.getStep().equals(step) && !code.isEmpty()) {
          return code;
        }
      }
      poll();
    }
    throw new AssertionError("%s of %s does not wait: %s".formatted(step, run, read));
  }

  private void poll() {
    consumer
        .poll(Duration.ofMillis(200))
        .forEach(
            record -> {
              if (decoder.decode(record.value()) instanceof Decoded.Value<RunStep> step) {
                read.add(step.value());
              }
            });
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
