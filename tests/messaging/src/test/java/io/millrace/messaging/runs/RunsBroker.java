package io.millrace.messaging.runs;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.StepState;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.topics.NewTopics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A broker with the topics of runs and models, who asks for runs and who reads what became of them.
 */
final class RunsBroker implements AutoCloseable {
  private static final int PARTITIONS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  private final String bootstrap;
  private final SchemaRegistry registry = new RegistryInMemory();
  private final SchemaCache schemas = new SchemaCache(registry);
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final RecordDecoder<RunStep> decoder = RecordDecoder.specific(schemas, RunStep.class);
  private final List<RunStep> read = new ArrayList<>();

  RunsBroker(KafkaCluster cluster) throws Exception {
    this.bootstrap = cluster.getBootstrapServers();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      NewTopics.create(
          admin,
          List.of(
              new NewTopic(ControlTopic.RUNS.name(), PARTITIONS, (short) 1),
              new NewTopic(ControlTopic.MODELS.name(), PARTITIONS, (short) 1)));
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
    List<TopicPartition> partitions =
        IntStream.range(0, PARTITIONS)
            .mapToObj(p -> new TopicPartition(ControlTopic.RUNS.name(), p))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  RunWorker worker(String instance, Predicate<ArtifactRef> stored, StepWork work) {
    return worker(instance, stored, Duration.ofMinutes(30), work);
  }

  RunWorker worker(
      String instance, Predicate<ArtifactRef> stored, Duration patience, StepWork work) {
    RunWorker worker = new RunWorker(clients(instance, stored, patience), List.of(work));
    worker.start();
    return worker;
  }

  RunClients clients(String instance, Predicate<ArtifactRef> stored, Duration patience) {
    return clients(instance, stored, patience, Clock.systemUTC());
  }

  RunClients clients(
      String instance, Predicate<ArtifactRef> stored, Duration patience, Clock clock) {
    return new RunClients(
        KafkaClients.at(bootstrap),
        "trainer",
        instance,
        registry,
        schemas,
        stored::test,
        patience,
        clock);
  }

  void ask(String run) throws Exception {
    write(RunSteps.step(run, "requested", StepState.DONE));
  }

  /** By a version of the pipeline of a later life. */
  void ask(String run, int version) throws Exception {
    write(
        RunStep.newBuilder(RunSteps.step(run, "requested", StepState.DONE))
            .setPipelineVersion(version)
            .build());
  }

  void write(RunStep step) throws Exception {
    String key = step.getPipeline() + "/" + step.getRun() + "/" + step.getStep();
    producer
        .send(
            ControlRecords.registered(ControlTopic.RUNS, registry, "/test")
                .record(step.getPipeline(), key, step, Instant.EPOCH, PARTITIONS))
        .get();
  }

  /**
   * Takes back what was said of a step, and with it all that was said of its pipeline.
   *
   * @param since the version from which on what is said counts again
   */
  void takeBack(String run, String step, int since) throws Exception {
    RunStep said = RunSteps.step(run, step, StepState.DONE);
    String key = said.getPipeline() + "/" + run + "/" + step;
    int partition = ControlRecords.partitionOf(said.getPipeline(), PARTITIONS);
    producer
        .send(
            ControlRecords.purged(ControlTopic.RUNS.name(), partition, key.getBytes(UTF_8), since))
        .get();
  }

  /** Gives the runs more partitions, of which a new one takes what is said of the pipeline. */
  void grow(String pipeline) throws Exception {
    int more =
        IntStream.iterate(PARTITIONS + 1, n -> n + 1)
            .filter(n -> ControlRecords.partitionOf(pipeline, n) >= PARTITIONS)
            .findFirst()
            .orElseThrow();
    Map<String, Integer> grown = Map.of(ControlTopic.RUNS.name(), more);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin
          .createPartitions(Map.of(ControlTopic.RUNS.name(), NewPartitions.increaseTo(more)))
          .all()
          .get();
      NewTopics.awaitLeaders(admin, grown);
    }
  }

  /** Reads on until a step has ended; its last record. */
  RunStep await(String run, String step) {
    readUntil(() -> !results(run, step).isEmpty());
    return results(run, step).getLast();
  }

  void readUntil(BooleanSupplier enough) {
    repeatUntil(enough, this::poll);
  }

  /** Without reading, which may be refused. */
  void waitUntil(BooleanSupplier enough) {
    repeatUntil(enough, () -> LockSupport.parkNanos(50_000_000));
  }

  private void repeatUntil(BooleanSupplier enough, Runnable meanwhile) {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!enough.getAsBoolean()) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not enough after %s: %s".formatted(PATIENCE, read));
      }
      meanwhile.run();
    }
  }

  /** Every end of a step that was committed so far. */
  List<RunStep> results(String run, String step) {
    poll();
    return read.stream()
        .filter(s -> s.getRun().equals(run) && s.getStep().equals(step))
        .filter(s -> !s.getState().equals(StepState.RUNNING.name()))
        .toList();
  }

  /** Every word on a step that was committed so far. */
  List<RunStep> words(String run, String step) {
    poll();
    return read.stream().filter(s -> s.getRun().equals(run) && s.getStep().equals(step)).toList();
  }

  void poll() {
    consumer
        .poll(Duration.ofMillis(200))
        .forEach(
            record -> {
              if (record.value() != null
                  && decoder.decode(record.value()) instanceof Decoded.Value<RunStep> step) {
                read.add(step.value());
              }
            });
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    consumer.close();
  }
}
