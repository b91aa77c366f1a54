package io.millrace.serving.models;

import io.millrace.onnx.session.OnnxModel;
import java.util.List;

/**
 * What a version of a model is called, and what it takes and gives.
 *
 * @param pipelineVersion the version of the pipeline that it was trained by
 * @param output the name of the one output
 */
public record ModelIdentity(
    String model, int version, int pipelineVersion, List<OnnxModel.Input> inputs, String output) {
  public ModelIdentity {
    inputs = List.copyOf(inputs);
  }

  public List<String> inputNames() {
    return inputs.stream().map(OnnxModel.Input::name).toList();
  }
}
