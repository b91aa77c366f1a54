package io.millrace.trainer.steps;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.Verification;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.runs.Step;
import io.millrace.messaging.runs.Run;
import io.millrace.onnx.transform.TransformGraph;
import io.millrace.trainer.cards.Card;
import io.millrace.trainer.rows.Frozen;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

/** The files that a run's steps name. */
record RunFiles(ArtifactStore store) {
  static final String MANIFEST = "manifest";
  static final String TRANSFORM = "transform";
  static final String MODEL = "model";
  static final String CARD = "card";

  /** What the transformer froze. */
  Frozen frozen(Run run, Pipeline pipeline) throws IOException {
    ArtifactRef transform = output(run, Step.Known.TRANSFORM, TRANSFORM);
    return new Frozen(
        pipeline,
        Manifest.parse(read(output(run, Step.Known.TRANSFORM, MANIFEST))),
        TransformGraph.read(read(transform)),
        transform.getSha256());
  }

  Card card(Run run, Step.Known step) throws IOException {
    return Card.parse(read(output(run, step, CARD)));
  }

  /**
   * One of a step's files.
   *
   * @throws IllegalStateException when the step is not done, or has made no such file
   */
  static ArtifactRef output(Run run, Step.Known step, String kind) {
    RunStep done =
        run.step(step)
            .orElseThrow(() -> new IllegalStateException(run.id() + " has no step " + step));
    return done.getOutputs().stream()
        .filter(reference -> reference.getKind().equals(kind))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(run.id() + ": " + step + " made no " + kind));
  }

  /** Puts a file; the same content again changes nothing. */
  ArtifactRef put(String kind, String name, byte[] content) throws IOException {
    Artifact stored = store.put(new ByteArrayInputStream(content), name);
    return new ArtifactRef(kind, stored.uri().toString(), stored.sha256(), stored.bytes());
  }

  /** Whether the store has what a reference promises. */
  boolean isStored(ArtifactRef reference) throws IOException {
    return store.verify(artifact(reference)) instanceof Verification.Intact;
  }

  private byte[] read(ArtifactRef reference) throws IOException {
    try (InputStream content = store.open(artifact(reference))) {
      return content.readAllBytes();
    }
  }

  private static Artifact artifact(ArtifactRef reference) {
    return new Artifact(
        URI.create(reference.getUri()), reference.getSha256(), reference.getBytes());
  }
}
