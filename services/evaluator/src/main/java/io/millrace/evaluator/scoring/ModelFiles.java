package io.millrace.evaluator.scoring;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactException;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.runs.StepFailedException;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.onnx.session.OnnxModelException;
import io.millrace.onnx.trees.TreeModel;
import java.io.IOException;
import java.io.InputStream;

/**
 * Loads model files, each time into a fresh session.
 *
 * @param threads that a session may use
 * @param mostBytes a larger file is refused
 */
public record ModelFiles(ArtifactStore store, int threads, long mostBytes) {

  /**
   * A model that could be served for a pipeline.
   *
   * @throws StepFailedException when the file is too large, damaged, no model, or its inputs and
   *     output are not the pipeline's
   */
  public OnnxModel candidate(ArtifactRef file, Pipeline pipeline) throws IOException {
    if (file.getBytes() > mostBytes) {
      throw new StepFailedException(
          ErrorCode.MODEL_TOO_LARGE,
          "the file has %d bytes, more than %d".formatted(file.getBytes(), mostBytes));
    }
    OnnxModel model = load(file);
    try {
      requireShape(model, pipeline);
      ModelInputs inputs = ModelInputs.of(pipeline);
      for (OnnxModel.Input input : model.inputs()) {
        if (!inputs.has(input)) {
          throw new StepFailedException(
              ErrorCode.MODEL_SHAPE_MISMATCH,
              "the model takes %s %s, which the pipeline does not have"
                  .formatted(input.isText() ? "a string" : "a number", input.name()));
        }
      }
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  /**
   * A model that was published for a version of a pipeline; what it takes may be gone since.
   *
   * @throws StepFailedException when the file is damaged, no model, or its output is not the
   *     pipeline's
   */
  public OnnxModel champion(ArtifactRef file, Pipeline pipeline) throws IOException {
    OnnxModel model = load(file);
    try {
      requireShape(model, pipeline);
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  private OnnxModel load(ArtifactRef file) throws IOException {
    try (InputStream content = store.open(Artifact.of(file))) {
      return OnnxModel.load(content.readAllBytes(), threads);
    } catch (ArtifactException e) {
      throw new StepFailedException(ErrorCode.MODEL_FILE_DAMAGED, String.valueOf(e.getMessage()));
    } catch (OnnxModelException e) {
      throw new StepFailedException(ErrorCode.MODEL_UNREADABLE, String.valueOf(e.getMessage()));
    }
  }

  private static void requireShape(OnnxModel model, Pipeline pipeline) {
    String output =
        pipeline.label().kind() == Label.Kind.BINARY ? TreeModel.SCORE : TreeModel.VALUE;
    if (!model.output().equals(output) || model.width() != 1) {
      throw new StepFailedException(
          ErrorCode.MODEL_SHAPE_MISMATCH,
          "the model answers %s [N, %d] instead of %s [N, 1]"
              .formatted(model.output(), model.width(), output));
    }
  }
}
