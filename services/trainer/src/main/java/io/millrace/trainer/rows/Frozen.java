package io.millrace.trainer.rows;

import io.millrace.artifacts.datasets.Manifest;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.onnx.transform.FittedTransform;
import io.millrace.onnx.transform.TransformGraph;
import java.util.List;

/**
 * What the transformer froze for a run.
 *
 * @param pipeline in the version that the run goes by
 * @param transformSha256 of the file that the transforms were read from
 */
public record Frozen(
    Pipeline pipeline,
    Manifest manifest,
    List<FittedTransform> transforms,
    String transformSha256) {
  public Frozen {
    transforms = List.copyOf(transforms);
  }

  /** How many features a row has. */
  public int width() {
    return TransformGraph.width(transforms);
  }
}
