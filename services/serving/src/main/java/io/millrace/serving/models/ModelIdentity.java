package io.millrace.serving.models;

import io.millrace.onnx.session.OnnxModel;
import java.util.List;

/**
 * What a version of a model is called, and what it takes and gives.
 *
 * @param output the name of the one output
 */
public record ModelIdentity(
    String model, int version, List<OnnxModel.Input> inputs, String output) {
  public ModelIdentity {
    inputs = List.copyOf(inputs);
  }

  public List<String> inputNames() {
    return inputs.stream().map(OnnxModel.Input::name).toList();
  }
}
