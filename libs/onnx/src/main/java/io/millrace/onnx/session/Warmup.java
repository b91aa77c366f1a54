package io.millrace.onnx.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Requests that a model has answered when it was published, with its answers: JSON lines of {@code
 * {"inputs": {name: number, string or null}, "score": number}}. They make a fresh session quick,
 * and show that it is the same model.
 */
public final class Warmup {
  /** The largest difference that is no difference; that of the export's own parity check. */
  public static final double TOLERANCE = 1e-5;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> requests;

  private Warmup(List<JsonNode> requests) {
    this.requests = List.copyOf(requests);
  }

  /**
   * One request as a line, without its end.
   *
   * @param inputs Number, Boolean or String by the name of the input; null for missing
   */
  public static String line(SortedMap<String, ? extends @Nullable Object> inputs, double score) {
    ObjectNode request = JSON.createObjectNode();
    ObjectNode values = request.putObject("inputs");
    for (Map.Entry<String, ? extends @Nullable Object> input : inputs.entrySet()) {
      values.set(input.getKey(), JSON.valueToTree(input.getValue()));
    }
    return request.put("score", score).toString();
  }

  /**
   * Reads requests.
   *
   * @throws IllegalArgumentException when a line is no request
   */
  public static Warmup parse(List<String> lines) {
    List<JsonNode> requests = new ArrayList<>();
    for (String line : lines) {
      try {
        JsonNode request = JSON.readTree(line);
        if (!request.path("inputs").isObject() || !request.path("score").isNumber()) {
          throw new IllegalArgumentException("line " + (requests.size() + 1) + " is no request");
        }
        requests.add(request);
      } catch (JsonProcessingException e) {
        throw new IllegalArgumentException("line " + (requests.size() + 1) + " is no JSON", e);
      }
    }
    return new Warmup(requests);
  }

  public int size() {
    return requests.size();
  }

  /** What the model answered when it was published. */
  public double expected(int request) {
    return requests.get(request).get("score").doubleValue();
  }

  /** Whether an answer is the one expected, up to {@link #TOLERANCE}. */
  public boolean isExpected(int request, double answer) {
    double expected = expected(request);
    return Math.abs(answer - expected) <= TOLERANCE * Math.max(1, Math.abs(expected));
  }

  /** The requests as a batch. */
  public Columns columns(List<OnnxModel.Input> inputs) {
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
      if (value.isBoolean()) {
        numbers[i] = value.booleanValue() ? 1 : 0;
      } else {
        numbers[i] = value.isNumber() ? value.floatValue() : Float.NaN;
      }
    }
    return numbers;
  }
}
