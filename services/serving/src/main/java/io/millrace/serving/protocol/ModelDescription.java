package io.millrace.serving.protocol;

import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.Scalar;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a model takes and gives, as clients see it.
 *
 * @param inputs the fields of the example that a request must bring; others may be given too
 * @param output name of the one output, a float32 for each row
 */
public record ModelDescription(
    String name, List<Integer> versions, Map<String, Field> inputs, String output) {
  private static final String PLATFORM = "onnx_onnxv1";

  public ModelDescription {
    versions = List.copyOf(versions);
  }

  /** The answer to V2's {@code GET /v2/models/{m}}. */
  public Map<String, Object> toInferMetadata() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("versions", versions.stream().map(String::valueOf).toList());
    json.put("platform", PLATFORM);
    json.put("inputs", inputs.values().stream().map(ModelDescription::input).toList());
    json.put("outputs", List.of(tensor(output, Datatype.FP32.name())));
    return json;
  }

  /** The answer to V1's {@code GET /v1/models/{m}/metadata}: one signature. */
  public Map<String, Object> toPredictMetadata(int version) {
    Map<String, Object> signatureInputs = new LinkedHashMap<>();
    inputs.forEach(
        (name, field) -> signatureInputs.put(name, signature(name, dtype(field.type().scalar()))));
    Map<String, Object> signature = new LinkedHashMap<>();
    signature.put("inputs", signatureInputs);
    signature.put("outputs", Map.of(output, signature(output, "DT_FLOAT")));
    signature.put("method_name", "tensorflow/serving/predict");
    Map<String, Object> spec = new LinkedHashMap<>();
    spec.put("name", name);
    spec.put("signature_name", "");
    spec.put("version", String.valueOf(version));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model_spec", spec);
    json.put(
        "metadata",
        Map.of(
            "signature_def", Map.of("signature_def", Map.of(PredictRequest.SIGNATURE, signature))));
    return json;
  }

  /** A number says nothing of what it counts. */
  private static Map<String, Object> input(Field field) {
    Map<String, Object> json = tensor(field.name(), datatype(field));
    if (field.type().scalar() == Scalar.TIMESTAMP) {
      Map<String, String> parameters = new LinkedHashMap<>();
      if (!field.notation().isTextOnly()) {
        parameters.put("unit", field.notation().numbers().symbol());
      }
      field.notation().format().ifPresent(format -> parameters.put("format", format.toString()));
      json.put("parameters", parameters);
    }
    return json;
  }

  private static Map<String, Object> tensor(String name, String datatype) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("name", name);
    json.put("datatype", datatype);
    json.put("shape", List.of(-1, 1));
    return json;
  }

  private static Map<String, Object> signature(String name, String dtype) {
    Map<String, Object> shape = new LinkedHashMap<>();
    shape.put("dim", List.of(Map.of("size", "-1", "name", "")));
    shape.put("unknown_rank", false);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("dtype", dtype);
    json.put("tensor_shape", shape);
    json.put("name", name);
    return json;
  }

  private static String datatype(Field field) {
    if (field.notation().isTextOnly()) {
      return Datatype.BYTES.name();
    }
    return switch (field.type().scalar()) {
      case INT, TIMESTAMP -> Datatype.INT64.name();
      case FLOAT -> Datatype.FP64.name();
      case BOOL -> Datatype.BOOL.name();
      case STRING -> Datatype.BYTES.name();
    };
  }

  private static String dtype(Scalar type) {
    return switch (type) {
      case INT, TIMESTAMP -> "DT_INT64";
      case FLOAT -> "DT_DOUBLE";
      case BOOL -> "DT_BOOL";
      case STRING -> "DT_STRING";
    };
  }
}
