package io.millrace.trainer.steps;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.runs.Step;
import io.millrace.contracts.runs.StepState;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.runs.StepResult;
import io.millrace.messaging.runs.StepWork;
import io.millrace.onnx.transform.FittedTransform;
import io.millrace.onnx.transform.TransformGraph;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A run whose transform step is done, and a workshop to train in. */
record RunFixture(FlightRows rows, Pipeline pipeline, Run run, Path folder, boolean cuda) {
  private static final long MEMORY = 64L << 20;

  /** The first days of January 2001. */
  static RunFixture of(Path folder, Pipeline pipeline, int days) throws Exception {
    return of(folder, pipeline, days, "true");
  }

  /** Those of them that meet a condition. */
  static RunFixture of(Path folder, Pipeline pipeline, int days, String condition)
      throws Exception {
    FlightRows rows = new FlightRows(folder);
    Manifest manifest = rows.freeze(pipeline, rows.write(pipeline, days, 20_000, condition));
    return of(folder, rows, pipeline, manifest, rows.fit(pipeline, manifest));
  }

  static RunFixture of(
      Path folder,
      FlightRows rows,
      Pipeline pipeline,
      Manifest manifest,
      List<FittedTransform> transforms)
      throws IOException {
    RunFiles files = new RunFiles(rows.store());
    List<ArtifactRef> outputs =
        List.of(
            files.put(RunFiles.MANIFEST, "flights/manifests/m.json", manifest.toJson()),
            files.put(
                RunFiles.TRANSFORM, "flights/transforms/t.onnx", TransformGraph.build(transforms)));
    RunStep transformed = step(Step.Known.TRANSFORM, StepState.DONE, "{}", outputs);
    return new RunFixture(
        rows, pipeline, new Run("flights", "r1", steps(transformed)), folder, false);
  }

  /** The same run with one more step done. */
  RunFixture with(Step.Known step, String evidence, List<ArtifactRef> outputs) {
    return with(step(step, StepState.DONE, evidence, outputs));
  }

  RunFixture with(Pipeline other) {
    return new RunFixture(rows, other, run, folder, cuda);
  }

  RunFixture with(RunStep step) {
    Map<String, RunStep> steps = new LinkedHashMap<>(run.steps());
    steps.put(step.getStep(), step);
    return new RunFixture(rows, pipeline, new Run(run.pipeline(), run.id(), steps), folder, cuda);
  }

  Workshop workshop() {
    return workshop(MEMORY);
  }

  Workshop workshop(long memoryBytes) {
    return new Workshop(
        rows.store(),
        memoryBytes,
        "256MB",
        folder.resolve("spill"),
        2,
        10_000,
        7,
        () -> cuda,
        "0.1.0-test",
        "xgboost4j-3.0.4");
  }

  Pipelines pipelines() {
    return (name, version) ->
        name.equals("flights") && version == 1 ? Optional.of(pipeline) : Optional.empty();
  }

  StepResult train() throws IOException, InterruptedException {
    return work(new TrainStep(workshop(), pipelines()), new ArrayList<>());
  }

  StepResult work(StepWork step, List<JsonNode> progress) throws IOException, InterruptedException {
    return step.work(run, List.of(), progress::add);
  }

  byte[] bytes(ArtifactRef reference) throws IOException {
    try (InputStream in = URI.create(reference.getUri()).toURL().openStream()) {
      return in.readAllBytes();
    }
  }

  static ArtifactRef output(StepResult result, String kind) {
    return result.outputs().stream()
        .filter(ref -> ref.getKind().equals(kind))
        .findAny()
        .orElseThrow();
  }

  static RunStep step(
      Step.Known step, StepState state, String evidence, List<ArtifactRef> outputs) {
    return RunStep.newBuilder()
        .setPipeline("flights")
        .setRun("r1")
        .setStep(step.text())
        .setState(state.name())
        .setPipelineVersion(1)
        .setOutputs(outputs)
        .setEvidence(evidence)
        .setBy("test")
        .setAt(Instant.EPOCH)
        .build();
  }

  private static Map<String, RunStep> steps(RunStep... steps) {
    Map<String, RunStep> all = new LinkedHashMap<>();
    for (RunStep step : steps) {
      all.put(step.getStep(), step);
    }
    return all;
  }
}
