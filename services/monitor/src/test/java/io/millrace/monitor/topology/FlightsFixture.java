package io.millrace.monitor.topology;

import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.predictions.Prediction;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.millrace.messaging.serde.RecordEncoder;
import io.millrace.monitor.judge.JudgePlan;
import io.millrace.monitor.outcomes.OutcomePlan;
import io.millrace.monitor.verdicts.TrainingReferences;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * The flights pipeline with windows of an hour, 20 examples to judge one, 100 rows for the first
 * model, two hours of cooldown and of waiting for labels; and its events by hand.
 */
final class FlightsFixture {
  private static final String RETRAIN =
      "on: [decay], firstAfter: 100, cooldown: 2h, warn: [drift, skew]";

  static final Instant MIDNIGHT = Instant.parse("2001-01-08T00:00:00Z");

  final Pipeline pipeline;
  final RunnablePipeline runnable;
  final PipelineSchemas schemas;
  final SchemaRegistry registry = new RegistryInMemory();

  private final Map<Integer, RunnablePipeline> earlier = new HashMap<>();

  /** Of every version. */
  TrainingReferences trainedOn = TrainingReferences.NONE;

  final SchemaCache cache = new SchemaCache(registry);

  FlightsFixture(int partitions) {
    this(partitions, RETRAIN, 2, 1);
  }

  /**
   * @param retrain what asks for a new model
   * @param within so many hours labels are waited for
   * @param against so many hours before is the window that inputs are compared with
   */
  FlightsFixture(int partitions, String retrain, int within, int against) {
    this(partitions, pipeline(retrain, within, against));
  }

  /** Of another pipeline. */
  FlightsFixture(int partitions, Pipeline pipeline) {
    this.pipeline = pipeline;
    this.schemas = PipelineSchemas.of(pipeline);
    Map<String, Integer> ids = new LinkedHashMap<>();
    schemas
        .artifacts()
        .forEach(
            (artifact, schema) ->
                ids.put(
                    artifact,
                    ((SchemaRegistry.Registration.Accepted) registry.register(artifact, schema))
                        .id()));
    this.runnable = new RunnablePipeline(pipeline, 1, partitions, ids);
  }

  private static Pipeline pipeline(String retrain, int within, int against) {
    String yaml =
        FlightsFile.text()
            .replace("window: 24h", "window: 1h")
            .replace("against: 1d", "against: " + against + "h")
            .replace("minExamples: 500", "minExamples: 20")
            .replace("within: 48h", "within: " + within + "h")
            .replaceAll("retrain: .*", "retrain: {" + retrain + "}");
    return switch (PipelineFile.parse(yaml, "pipeline.yaml")) {
      case PipelineFile.Valid valid -> valid.pipeline();
      case PipelineFile.Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }

  /** Another version of the same pipeline is known too. */
  void know(int version, Pipeline file) {
    earlier.put(
        version, new RunnablePipeline(file, version, runnable.partitions(), runnable.schemaIds()));
  }

  OutcomePlan outcomes() {
    return new OutcomePlan(runnable, version -> Optional.ofNullable(earlier.get(version)), cache);
  }

  JudgePlan judge(OutcomePlan outcomes) {
    return new JudgePlan(
        runnable,
        cache,
        JudgePlan.register(registry),
        version -> trainedOn,
        Optional::empty,
        outcomes.closing(),
        Duration.ofMinutes(10),
        Duration.ofMinutes(30),
        "monitor/test");
  }

  byte[] prediction(String id, int version, double score, Instant time, String origin) {
    Map<String, @Nullable Object> features = new HashMap<>();
    features.put("origin", origin);
    features.put("distance_miles", 500.0);
    features.put("origin_delay_3h", null);
    return prediction(id, version, score, time, features, "stream");
  }

  byte[] prediction(
      String id,
      int version,
      double score,
      Instant time,
      Map<String, @Nullable Object> features,
      String door) {
    return RecordEncoder.specific(runnable.schemaId(DataTopic.PREDICTIONS), Prediction.class)
        .encode(
            Prediction.newBuilder()
                .setId("p" + id)
                .setExampleId(id)
                .setDoor(door)
                .setModel("flights")
                .setVersion(version)
                .setFeatures(features)
                .setScore(score)
                .setTime(time)
                .setAt(time)
                .build());
  }

  byte[] arrival(long id, Instant time, @Nullable Long delay) {
    Schema schema = schemas.stream(pipeline.labelStream());
    GenericRecord record = new GenericData.Record(schema);
    record.put("flight_id", id);
    record.put("arrival", micros(time));
    record.put("delay_minutes", delay);
    return RecordEncoder.generic(runnable.schemaId(DataTopic.LABELS), schema).encode(record);
  }

  byte[] version(int version) {
    ArtifactRef none = new ArtifactRef("none", "file:///none", "0".repeat(64), 0L);
    return model(new ModelVersion(version, "run" + version, 1, none, none, none, none));
  }

  byte[] champion(int version, long sequence) {
    return model(new AliasMoved("champion", version, null, sequence, "blessed"));
  }

  private byte[] model(Object change) {
    return control(
        ControlTopic.MODELS,
        ModelEvent.newBuilder().setModel("flights").setChange(change).setAt(Instant.EPOCH).build());
  }

  byte[] part(String part, long rows, Instant from, Instant to) {
    return control(
        ControlTopic.DATASETS,
        PartWritten.newBuilder()
            .setPipeline("flights")
            .setPart(part)
            .setUri("file:///none")
            .setSha256("0".repeat(64))
            .setBytes(1)
            .setRows(rows)
            .setPartition(0)
            .setFirstOffset(0)
            .setLastOffset(1)
            .setMinTime(from)
            .setMaxTime(to)
            .setPipelineVersion(1)
            .build());
  }

  <T extends SpecificRecord> byte[] control(ControlTopic<T> topic, T value) {
    int id =
        ((SchemaRegistry.Registration.Accepted)
                registry.register(PipelineSchemas.artifact(topic.name()), topic.schema()))
            .id();
    return RecordEncoder.specific(id, topic.value()).encode(value);
  }

  <T extends SpecificRecord> T decode(Class<T> type, byte[] value) {
    return switch (RecordDecoder.specific(cache, type).decode(value)) {
      case Decoded.Value<T> v -> v.value();
      case Decoded.Failed<T> f -> throw new AssertionError(f.message());
    };
  }

  static long micros(Instant time) {
    return time.getEpochSecond() * 1_000_000 + time.getNano() / 1000;
  }

  static List<ControlTopic<?>> said() {
    return List.of(
        ControlTopic.METRICS, ControlTopic.DRIFT, ControlTopic.ALERTS, ControlTopic.RUNS);
  }
}
