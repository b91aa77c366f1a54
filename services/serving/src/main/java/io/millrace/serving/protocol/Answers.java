package io.millrace.serving.protocol;

import io.millrace.contracts.errors.ErrorCode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The bodies of answers with scores. */
public final class Answers {
  private Answers() {}

  /**
   * The answer to V2's {@code infer}.
   *
   * @param asked the outputs that the request names; empty: all
   * @param parameters strings, numbers and booleans
   */
  public static Map<String, Object> infer(
      String model,
      int version,
      Optional<String> id,
      List<String> asked,
      Map<String, Object> parameters,
      String output,
      float[] scores) {
    checkOutputs(model, asked, output);
    Map<String, Object> tensor = new LinkedHashMap<>();
    tensor.put("name", output);
    tensor.put("shape", List.of(scores.length, 1));
    tensor.put("datatype", Datatype.FP32.name());
    tensor.put("data", scores);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model_name", model);
    json.put("model_version", String.valueOf(version));
    id.ifPresent(text -> json.put("id", text));
    if (!parameters.isEmpty()) {
      json.put("parameters", parameters);
    }
    json.put("outputs", List.of(tensor));
    return json;
  }

  /**
   * Fails when a request asks for an output that the model does not have.
   *
   * @param output the one it has
   */
  public static void checkOutputs(String model, List<String> asked, String output) {
    for (String name : asked) {
      if (!name.equals(output)) {
        throw new InferenceException(
            ErrorCode.UNKNOWN_OUTPUT,
            "model %s has no output %s; it has %s".formatted(model, name, output));
      }
    }
  }

  /** The answer to V1's {@code predict}: one output, so that its values stand by themselves. */
  public static Map<String, Object> predict(PredictRequest.Form form, float[] scores) {
    return switch (form) {
      case ROWS -> Map.of("predictions", scores);
      case COLUMNS -> Map.of("outputs", scores);
    };
  }
}
