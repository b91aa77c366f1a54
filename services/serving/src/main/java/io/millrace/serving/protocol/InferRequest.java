package io.millrace.serving.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.errors.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The body of V2's {@code infer}. Parameters are not read; none is defined for JSON tensors.
 *
 * @param id to be echoed
 * @param outputs the names asked for; empty: all
 */
public record InferRequest(Optional<String> id, RequestColumns inputs, List<String> outputs) {

  public static InferRequest parse(byte[] body, int maxRows) {
    JsonNode json = Json.object(body);
    JsonNode id = json.path("id");
    if (!id.isMissingNode() && !id.isTextual()) {
      throw Json.invalid("id must be a string");
    }
    return new InferRequest(
        id.isTextual() ? Optional.of(id.textValue()) : Optional.empty(),
        inputs(json.path("inputs"), maxRows),
        outputs(json.path("outputs")));
  }

  private static RequestColumns inputs(JsonNode json, int maxRows) {
    if (!json.isArray()) {
      throw Json.invalid("inputs must be an array of tensors");
    }
    if (json.isEmpty()) {
      throw new InferenceException(ErrorCode.EMPTY_BATCH, "the request holds no input");
    }
    Map<String, List<@Nullable Object>> columns = new LinkedHashMap<>();
    int rows = -1;
    for (JsonNode input : json) {
      Tensor tensor = Tensor.parse(input, maxRows);
      if (columns.put(tensor.name(), tensor.values()) != null) {
        throw Json.invalid("input " + tensor.name() + " is given twice");
      }
      if (rows >= 0 && tensor.values().size() != rows) {
        throw new InferenceException(
            ErrorCode.WRONG_SHAPE,
            "input %s has %d rows, others have %d"
                .formatted(tensor.name(), tensor.values().size(), rows));
      }
      rows = tensor.values().size();
    }
    return new RequestColumns(rows, columns);
  }

  private static List<String> outputs(JsonNode json) {
    if (!json.isMissingNode() && !json.isArray()) {
      throw Json.invalid("outputs must be an array");
    }
    List<String> names = new ArrayList<>();
    for (JsonNode output : json) {
      if (!output.path("name").isTextual()) {
        throw Json.invalid("every output must have a name");
      }
      names.add(output.get("name").textValue());
    }
    return List.copyOf(names);
  }
}
