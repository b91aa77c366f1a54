package io.millrace.messaging.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Junk;
import io.millrace.fuzz.Mutation;
import io.millrace.messaging.control.ControlReader.Skipped;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.messaging.serde.VersionHeader;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlReaderTest {
  private static final Instant AT = Instant.parse("2001-01-25T00:00:00Z");

  private final List<Skipped> skipped = new ArrayList<>();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ControlReader<RunStep> runs =
      new ControlReader<>(ControlTopic.RUNS, known(), skipped::add);
  private long offset;

  @BeforeEach
  void count() {
    Metrics.addRegistry(meters);
  }

  @AfterEach
  void countNoMore() {
    Metrics.removeRegistry(meters);
  }

  @Test
  void shouldTellWhosePastWasTakenBackByWhateverKey() {
    List<String> read = new ArrayList<>();
    ProducerRecord<byte[], byte[]> purged =
        ControlRecords.purged(ControlTopic.RUNS.name(), 0, "flights@champion/1".getBytes(UTF_8), 3);

    runs.read(record(run("a").build()), step -> read.add(step.getRun()), read::add);
    runs.read(record("flights/x".getBytes(UTF_8), null), step -> {}, read::add);
    ConsumerRecord<byte[], byte[]> record = record(purged.key(), null);
    purged.headers().forEach(record.headers()::add);
    runs.read(record, step -> {}, read::add);

    assertThat(read).containsExactly("a", "flights");
    assertThat(new String(purged.headers().lastHeader("millrace_purged").value(), UTF_8))
        .isEqualTo("3");
  }

  @Test
  void shouldTakeNothingBackAgainWhoeverReadsATopicAgain() {
    List<ConsumerRecord<byte[], byte[]>> topic =
        List.of(
            record(run("old").build()),
            purged(3),
            record(run("new").setPipelineVersion(3).build()));
    List<String> read = new ArrayList<>();

    for (int i = 0; i < 2; i++) {
      topic.forEach(record -> runs.read(record, step -> read.add(step.getRun()), read::add));
    }

    assertThat(read).containsExactly("old", "flights", "new", "new");
  }

  @Test
  void shouldPassOverAFactOfAnEarlierLifeThatComesLate() {
    List<String> read = new ArrayList<>();
    List<ConsumerRecord<byte[], byte[]>> topic =
        List.of(
            purged(3),
            record(run("new").setPipelineVersion(3).build()),
            record(run("late").setPipelineVersion(2).build()),
            purged(3));

    topic.forEach(record -> runs.read(record, step -> read.add(step.getRun()), read::add));

    assertThat(read).containsExactly("flights", "new");
  }

  /**
   * As an earlier Millrace writes moves of aliases: without a version, it is the place that tells.
   */
  @Test
  void shouldGoByThePlaceOfFactsWithoutAVersion() {
    ControlReader<ModelEvent> models = new ControlReader<>(ControlTopic.MODELS, known());
    ConsumerRecord<byte[], byte[]> late = record(model(8, 8));
    VersionHeader.set(late.headers(), 2);
    List<ConsumerRecord<byte[], byte[]>> topic =
        List.of(
            record(model(1, 1)),
            purged(3),
            record(model(1, 2)),
            purged(3),
            record(model(1, 3)),
            late);
    List<Object> read = new ArrayList<>();

    for (int i = 0; i < 2; i++) {
      topic.forEach(
          record ->
              models.read(
                  record,
                  event -> read.add(((AliasMoved) event.getChange()).getSequence()),
                  read::add));
    }

    assertThat(read).containsExactly(1L, "flights", 2L, "flights", 3L, 3L);
  }

  @Test
  void shouldPassOverJunkAndGoOn() {
    List<String> read = new ArrayList<>();
    runs.read(record(run("a").build()), step -> read.add(step.getRun()));
    for (byte[] junk : Junk.values(id(ControlTopic.RUNS))) {
      runs.read(record("flights/x".getBytes(UTF_8), junk), step -> read.add(step.getRun()));
      runs.read(record(null, junk), step -> read.add(step.getRun()));
    }
    runs.read(record("flights/x".getBytes(UTF_8), null), step -> read.add(step.getRun()));
    runs.read(record(run("b").build()), step -> read.add(step.getRun()));

    assertThat(read).containsExactly("a", "b");
    int junk = 2 * Junk.values(0).size();
    assertThat(skipped).hasSize(junk);
    assertThat(skipped.getFirst())
        .isEqualTo(
            new Skipped(
                "millrace.runs",
                0,
                1,
                ErrorCode.UNDECODABLE,
                "the value does not start with a zero byte and a schema id"));
    assertThat(
            meters.get("millrace.records.skipped").counters().stream()
                .mapToDouble(Counter::count)
                .sum())
        .isEqualTo(junk);
  }

  @Test
  void shouldPassOverFactsOfAnotherTopic() {
    assertThat(runs.read(record(model(1, 1)))).isEmpty();
    assertThat(skipped).extracting(Skipped::code).containsExactly(ErrorCode.INCOMPATIBLE_SCHEMA);
  }

  @Test
  void shouldPassOverStepsThatCanNotBe() {
    List<RunStep> nonsense =
        List.of(
            run("a").setState("EXPLODED").build(),
            run("a").setState("").build(),
            run("a").setPipelineVersion(-1).build(),
            run("a").setPipelineVersion(Integer.MAX_VALUE).build(),
            run("a").setAttempt(0).build(),
            run("").build(),
            run("a").setPipeline("").build(),
            run("a").setPipeline("../flights").build(),
            run("a").setStep("\u0000").build(),
            run("a").setAt(Instant.parse("+200000-01-01T00:00:00Z")).build());

    for (RunStep step : nonsense) {
      assertThat(runs.read(record(step))).as("%s", step).isEmpty();
    }
    assertThat(skipped).extracting(Skipped::code).containsOnly(ErrorCode.INVALID_FACT);
    assertThat(skipped).hasSize(nonsense.size());
    assertThat(runs.read(record(run("a").setStep("of a later Millrace").build()))).isPresent();
  }

  @Test
  void shouldPassOverModelsThatCanNotBe() {
    ControlReader<ModelEvent> models = new ControlReader<>(ControlTopic.MODELS, known());

    assertThat(models.read(record(model(-1, 1)))).isEmpty();
    assertThat(models.read(record(model(1, 0)))).isEmpty();
    assertThat(models.read(record(model(1, Long.MAX_VALUE)))).isEmpty();
    assertThat(models.read(record(model(1, 1)))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a: [", "metadata: {}", "apiVersion: millrace/v9\nkind: Pipeline\n"})
  void shouldPassOverAVersionWhoseFileIsNone(String file) {
    ControlReader<PipelineVersion> pipelines = new ControlReader<>(ControlTopic.PIPELINES, known());

    assertThat(pipelines.read(record(version(file).build()))).isEmpty();
    assertThat(pipelines.read(record(version(file).setDeleted(true).build()))).isPresent();
    String flights = FlightsFile.text();
    assertThat(pipelines.read(record(version(flights).build()))).isPresent();
    assertThat(pipelines.read(record(version(flights).setPipeline("other").build()))).isEmpty();
    assertThat(pipelines.read(record(version(flights).setPartitions(0).build()))).isEmpty();
  }

  @Test
  void shouldPassOverWhatItsTakerFailsAt() {
    List<String> read = new ArrayList<>();

    runs.read(
        record(run("a").build()),
        step -> {
          throw new IllegalStateException("no such run");
        });
    runs.read(record(run("b").build()), step -> read.add(step.getRun()));

    assertThat(read).containsExactly("b");
    assertThat(skipped).extracting(Skipped::code).containsExactly(ErrorCode.INVALID_FACT);
  }

  @Test
  void shouldTellOnceOfWhatIsReadAgain() {
    List<ConsumerRecord<byte[], byte[]>> topic =
        List.of(record(null, "hello".getBytes(UTF_8)), record(null, new byte[0]));

    for (int i = 0; i < 3; i++) {
      topic.forEach(record -> assertThat(runs.read(record)).isEmpty());
    }

    assertThat(skipped).extracting(Skipped::offset).containsExactly(0L, 1L);
  }

  @Test
  void shouldNotPassOverAFactWhoseSchemaCanNotBeHad() {
    ControlReader<RunStep> away =
        new ControlReader<>(
            ControlTopic.RUNS,
            new SchemaCache(
                new RegistryInMemory() {
                  @Override
                  public Optional<Schema> schema(int id) {
                    throw new RegistryUnavailableException("away");
                  }
                }),
            skipped::add);

    assertThatThrownBy(() -> away.read(record(run("a").build()), step -> {}))
        .isInstanceOf(RegistryUnavailableException.class);
    assertThat(skipped).isEmpty();
  }

  @Test
  void shouldBearFactsWithFaults() {
    byte[] model = value(model(1, 1));
    List<byte[]> real = List.of(model, value(run("a").build()), value(version("a: b").build()));
    ControlReader<ModelEvent> models = new ControlReader<>(ControlTopic.MODELS, known());

    Fuzz.of("millrace.models")
        .run(
            random ->
                record(
                    null,
                    random.nextInt(4) == 0 ? Mutation.noise(random) : Mutation.of(random, real)),
            record -> models.read(record, fact -> {}));
  }

  private ConsumerRecord<byte[], byte[]> purged(int since) {
    ProducerRecord<byte[], byte[]> purged =
        ControlRecords.purged(ControlTopic.RUNS.name(), 0, "flights/x".getBytes(UTF_8), since);
    ConsumerRecord<byte[], byte[]> record = record(purged.key(), null);
    purged.headers().forEach(record.headers()::add);
    return record;
  }

  private static RunStep.Builder run(String id) {
    return RunStep.newBuilder()
        .setPipeline("flights")
        .setRun(id)
        .setStep("train")
        .setState("DONE")
        .setPipelineVersion(1)
        .setBy("test")
        .setAt(AT);
  }

  private static ModelEvent model(int version, long sequence) {
    return ModelEvent.newBuilder()
        .setModel("flights")
        .setChange(
            AliasMoved.newBuilder()
                .setAlias("champion")
                .setVersion(version)
                .setSequence(sequence)
                .setReason("blessed")
                .build())
        .setAt(AT)
        .build();
  }

  private static PipelineVersion.Builder version(String file) {
    return PipelineVersion.newBuilder()
        .setPipeline("flights")
        .setVersion(1)
        .setFile(file)
        .setPartitions(4)
        .setSchemas(Map.of())
        .setAppliedAt(AT);
  }

  private ConsumerRecord<byte[], byte[]> record(SpecificRecord fact) {
    return record("flights/x".getBytes(UTF_8), value(fact));
  }

  private ConsumerRecord<byte[], byte[]> record(byte[] key, byte[] value) {
    return new ConsumerRecord<>("millrace.any", 0, offset++, key, value);
  }

  private static byte[] value(SpecificRecord fact) {
    ControlTopic<?> topic =
        ControlTopic.ALL.stream()
            .filter(any -> any.value().isInstance(fact))
            .findFirst()
            .orElseThrow();
    return RecordEncoder.specific(id(topic), topic.value().asSubclass(SpecificRecord.class))
        .encode(fact);
  }

  private static int id(ControlTopic<?> topic) {
    return ControlTopic.ALL.indexOf(topic) + 1;
  }

  private static SchemaCache known() {
    SchemaCache schemas = new SchemaCache(new RegistryInMemory());
    ControlTopic.ALL.forEach(topic -> schemas.add(id(topic), topic.schema()));
    return schemas;
  }
}
