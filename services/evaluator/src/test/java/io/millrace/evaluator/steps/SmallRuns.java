package io.millrace.evaluator.steps;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.ParquetRows;
import io.millrace.artifacts.datasets.DataSet;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.artifacts.datasets.Reading;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.StepState;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.evaluator.registry.ControlWriter;
import io.millrace.evaluator.registry.ModelLog;
import io.millrace.fixtures.TemporaryFolder;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.awaitility.Awaitility;

/**
 * Runs of one pipeline, of which the test does the other services' steps. Its rows: x goes from
 * -1000 to 1000 in 2,000 steps, a minute each; the label is whether x is above 0; zones take turns.
 */
final class SmallRuns {
  private static final Instant START = Instant.parse("2001-01-01T00:00:00Z");
  private static final int ROWS = 2_000;

  private final String pipeline;
  private final ControlWriter writer;
  private final ModelLog log;
  private final ArtifactStore store;
  private final Pipeline parsed;
  private final ArtifactRef manifest;

  SmallRuns(String pipeline, boolean refit, ControlWriter writer, ModelLog log, ArtifactStore store)
      throws Exception {
    this.pipeline = pipeline;
    this.writer = writer;
    this.log = log;
    this.store = store;
    String yaml = yaml(pipeline, refit);
    this.parsed = ((PipelineFile.Valid) PipelineFile.parse(yaml, pipeline)).pipeline();
    this.manifest = manifest();
    writer.write(
        ControlTopic.PIPELINES,
        pipeline,
        pipeline + "/1",
        PipelineVersion.newBuilder()
            .setPipeline(pipeline)
            .setVersion(1)
            .setFile(yaml)
            .setPartitions(1)
            .setSchemas(Map.of())
            .setAppliedAt(START)
            .build());
  }

  /** The pipeline is deleted. */
  void delete() {
    writer.write(
        ControlTopic.PIPELINES,
        pipeline,
        pipeline + "/2",
        PipelineVersion.newBuilder()
            .setPipeline(pipeline)
            .setVersion(2)
            .setFile("")
            .setPartitions(1)
            .setSchemas(Map.of())
            .setAppliedAt(START)
            .setDeleted(true)
            .build());
  }

  /** Asks for a run, and does what transformer and trainer would do. */
  void train(String run, byte[] model) throws Exception {
    trainAs(run, model(model));
  }

  /** The same with a file that is in the store. */
  void trainAs(String run, ArtifactRef model) throws Exception {
    trainAs(run, model, () -> {});
  }

  /** The same; something happens when all files are there, and the evaluator is not asked yet. */
  void trainAs(String run, ArtifactRef model, Happening then) throws Exception {
    List<ArtifactRef> transformed =
        List.of(manifest, text("transform", "transform"), text("statistics", "{}"));
    List<ArtifactRef> trained = List.of(model, text("card", "{\"by\": \"test\"}"));
    then.happen();
    write(run, Step.Known.REQUESTED, List.of());
    write(run, Step.Known.TRANSFORM, transformed);
    write(run, Step.Known.TRAIN, trained);
  }

  interface Happening {
    void happen() throws Exception;
  }

  /** Does what the trainer would do once more. */
  void refit(String run, byte[] model) throws Exception {
    write(run, Step.Known.REFIT, List.of(model(model), text("card", "{\"by\": \"refit\"}")));
  }

  /** Returns once a step says that it waits for the store. */
  void awaitWaiting(String run, Step step) {
    Run unused =
        await(
            run,
            () ->
                find(run)
                    .step(step)
                    .map(word -> Evidence.of(word).at("/waiting/code").asText())
                    .filter("STORE_UNAVAILABLE"::equals)
                    .isPresent());
  }

  /** The run once it has ended. */
  Run ended(String run) {
    return await(run, () -> !find(run).isOpen());
  }

  /** The run once a step is done. */
  Run done(String run, Step step) {
    return await(run, () -> find(run).hasDone(step));
  }

  Path damage(ArtifactRef file) throws Exception {
    Path path = store.fetch(Artifact.of(file)).path();
    byte[] bytes = Files.readAllBytes(path);
    bytes[bytes.length / 2] ^= 1;
    Files.delete(path);
    return Files.write(path, bytes);
  }

  ArtifactRef model(byte[] model) throws Exception {
    String sha256 = io.millrace.artifacts.Digest.of(model).sha256();
    return store
        .put(new ByteArrayInputStream(model), pipeline + "/models/" + sha256 + "/model.onnx")
        .reference("model");
  }

  String read(ArtifactRef file) throws Exception {
    return Files.readString(store.fetch(Artifact.of(file)).path());
  }

  private Run await(String run, java.util.concurrent.Callable<Boolean> condition) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(condition);
    return find(run);
  }

  private Run find(String run) {
    return log.runs(pipeline).stream().filter(r -> r.id().equals(run)).findFirst().orElseThrow();
  }

  private void write(String run, Step step, List<ArtifactRef> outputs) {
    writer.write(
        ControlTopic.RUNS,
        pipeline,
        pipeline + "/" + run + "/" + step.text(),
        RunStep.newBuilder()
            .setPipeline(pipeline)
            .setRun(run)
            .setStep(step.text())
            .setState(StepState.DONE.name())
            .setPipelineVersion(1)
            .setOutputs(outputs)
            .setBy("test")
            .setAt(Instant.now())
            .build());
  }

  private ArtifactRef text(String kind, String text) throws Exception {
    return store.put(text.getBytes(UTF_8), pipeline + "/" + kind, ".txt").reference(kind);
  }

  private ArtifactRef manifest() throws Exception {
    Schema schema = PipelineSchemas.of(parsed).row();
    List<GenericRecord> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      GenericRecord row = new GenericData.Record(schema);
      long time = START.plusSeconds(60L * i).toEpochMilli() * 1000;
      row.put("id", (long) i);
      row.put("at", time);
      row.put("x", i - ROWS / 2.0);
      row.put("zone", "z" + i % 4);
      row.put("_incomplete", false);
      row.put("ok", i > ROWS / 2);
      row.put("_label_time", time);
      rows.add(row);
    }
    try (TemporaryFolder folder = new TemporaryFolder("small-runs")) {
      Path file = folder.path().resolve("part.parquet");
      new ParquetRows(schema).write(file, rows.iterator());
      Artifact part = store.put(file, pipeline + "/parts/0.parquet");
      Manifest frozen =
          DataSet.freeze(
              parsed,
              1,
              List.of(
                  new Manifest.Part(
                      "0", 1, part.uri().toString(), part.sha256(), part.bytes(), ROWS)),
              START.plusSeconds(60L * ROWS).toEpochMilli() * 1000,
              store,
              new Reading("256MB", folder.path().resolve("spill")));
      return store.put(frozen.toJson(), pipeline + "/manifests", ".json").reference("manifest");
    }
  }

  private static String yaml(String pipeline, boolean refit) {
    return """
    apiVersion: millrace.io/v1
    kind: Pipeline
    metadata: {name: %s}
    spec:
      streams:
        a: {role: example, id: id, time: at, fields: {id: {type: INT}, at: {type: TIMESTAMP}, x: {type: FLOAT}, zone: {type: STRING}}}
        b: {role: label, id: id, time: at, fields: {id: {type: INT}, at: {type: TIMESTAMP}, ok: {type: BOOL}}}
      label: {name: ok, kind: BINARY, value: ok, within: 1d}
      transform: [{op: identity, inputs: [x]}]
      evaluate:
        split: {by: hash, eval: 0.25}
        refit: %s
        slices: [[], [zone]]
        thresholds:
          - {metric: auc, lowerBound: 0.4}
          - {metric: log_loss, change: {direction: LOWER_IS_BETTER, absolute: 0}}
        latency: {p99: 1s}
    """
        .formatted(pipeline, refit);
  }
}
