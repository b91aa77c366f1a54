package io.millrace.serving.models;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import java.util.ArrayList;
import java.util.List;

/**
 * Requests that a model has answered when it was published, with its answers: JSON lines of {@code
 * {"inputs": {name: number, string or null}, "score": number}}. They make a fresh session quick,
 * and show that it is the same model.
 */
record Warmup(List<JsonNode> requests) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The largest difference that is no difference; that of the export's own parity check. */
  static final double TOLERANCE = 1e-5;

  /**
   * Reads requests.
   *
   * @throws IllegalArgumentException when a line is no request
   */
  static Warmup parse(List<String> lines) {
    List<JsonNode> requests = new ArrayList<>();
    for (String line : lines) {
      try {
        JsonNode request = JSON.readTree(line);
        if (!request.path("inputs").isObject() || !request.path("score").isNumber()) {
          throw new IllegalArgumentException(
              "line %d is no request".formatted(requests.size() + 1));
        }
        requests.add(request);
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("line %d is no JSON".formatted(requests.size() + 1), e);
      }
    }
    return new Warmup(List.copyOf(requests));
  }

  double expected(int request) {
    return requests.get(request).get("score").doubleValue();
  }

  Columns columns(List<OnnxModel.Input> inputs) {
    Columns columns = new Columns(requests.size());
    for (OnnxModel.Input input : inputs) {
      List<JsonNode> values =
          requests.stream().map(request -> request.path("inputs").path(input.name())).toList();
      if (input.isText()) {
        columns.texts(
            input.name(), values.stream().map(value -> value.asText("")).toArray(String[]::new));
      } else {
        columns.numbers(input.name(), numbers(values));
      }
    }
    return columns;
  }

  private static float[] numbers(List<JsonNode> values) {
    float[] numbers = new float[values.size()];
    for (int i = 0; i < numbers.length; i++) {
      JsonNode value = values.get(i);
      numbers[i] =
          value.isBoolean()
              ? (value.booleanValue() ? 1 : 0)
              : value.isNumber() ? value.floatValue() : Float.NaN;
    }
    return numbers;
  }
}
