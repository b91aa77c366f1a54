package io.millrace.evaluator.steps;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.artifacts.datasets.Reading;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.evaluator.scoring.HeldOutRows;
import io.millrace.messaging.pipelines.PipelineVersions;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.runs.StepFailedException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** Reads what a step starts from and stores what it makes. */
record StepFiles(PipelineVersions versions, ArtifactStore store, Reading reading) {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /** The pipeline as it was when the run was asked for. */
  Pipeline pipeline(Run run) throws InterruptedException {
    return versions
        .await(run.pipeline(), run.pipelineVersion(), PATIENCE)
        .orElseThrow(
            () ->
                new StepFailedException(
                    ErrorCode.UNKNOWN_PIPELINE,
                    "there is no version %d of %s"
                        .formatted(run.pipelineVersion(), run.pipeline())))
        .pipeline();
  }

  /** What a version of a pipeline predicts. */
  Optional<Label.Kind> kind(String pipeline, int version) {
    return versions.find(pipeline, version).map(found -> found.pipeline().label().kind());
  }

  HeldOutRows heldOut(RunFiles files, Pipeline pipeline) throws IOException {
    return new HeldOutRows(Manifest.parse(read(files.manifest())), pipeline, store, reading);
  }

  JsonNode json(ArtifactRef file) throws IOException {
    return JSON.readTree(read(file));
  }

  private byte[] read(ArtifactRef file) throws IOException {
    try (InputStream content = store.open(Artifact.of(file))) {
      return content.readAllBytes();
    }
  }

  /** Under its own hash. */
  ArtifactRef store(JsonNode json, String folder, String kind) throws IOException {
    byte[] bytes = (JSON.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8);
    return store.put(bytes, folder, ".json").reference(kind);
  }

  /** Under a given name. */
  ArtifactRef store(byte[] content, String name, String kind) throws IOException {
    return store.put(new ByteArrayInputStream(content), name).reference(kind);
  }
}
