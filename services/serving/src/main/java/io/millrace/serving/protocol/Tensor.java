package io.millrace.serving.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.errors.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One input of a V2 request.
 *
 * @param values as {@link RequestColumns} has them
 */
record Tensor(String name, List<@Nullable Object> values) {

  /** Takes data nested or flat; checks the number of rows before it reads any. */
  static Tensor parse(JsonNode input, int maxRows) {
    if (!input.path("name").isTextual()) {
      throw Json.invalid("every input must have a name");
    }
    String name = input.get("name").textValue();
    Datatype datatype = datatype(name, input.path("datatype"));
    long rows = rows(name, input.path("shape"));
    RequestColumns.checkRows(rows, maxRows);
    JsonNode data = input.path("data");
    if (!data.isArray()) {
      throw Json.invalid("input " + name + " has no array data; binary tensors are not taken");
    }
    if (data.size() != rows) {
      throw wrongShape(
          "input %s has %d values for a shape of %d rows".formatted(name, data.size(), rows));
    }
    boolean nested = data.path(0).isArray();
    List<@Nullable Object> values = new ArrayList<>(data.size());
    for (JsonNode item : data) {
      String where = "input " + name + ", row " + values.size();
      values.add(datatype.value(element(item, nested, where), where));
    }
    return new Tensor(name, values);
  }

  private static Datatype datatype(String name, JsonNode json) {
    return Datatype.named(json.asText())
        .orElseThrow(
            () ->
                new InferenceException(
                    ErrorCode.WRONG_DATATYPE,
                    "input %s has no datatype of the protocol: %s".formatted(name, json)));
  }

  private static long rows(String name, JsonNode shape) {
    boolean fits = shape.isArray() && (shape.size() == 1 || shape.size() == 2);
    for (JsonNode dimension : shape) {
      fits &= dimension.isIntegralNumber() && dimension.canConvertToLong();
    }
    if (!fits
        || shape.get(0).longValue() < 0
        || (shape.size() == 2 && shape.get(1).longValue() != 1)) {
      throw wrongShape("input %s must be of shape [N] or [N, 1], not %s".formatted(name, shape));
    }
    return shape.get(0).longValue();
  }

  private static JsonNode element(JsonNode item, boolean nested, String where) {
    if (item.isArray() != nested || (nested && (item.size() != 1 || item.get(0).isArray()))) {
      throw wrongShape(where + " is not of shape [1]");
    }
    return nested ? item.get(0) : item;
  }

  private static InferenceException wrongShape(String message) {
    return new InferenceException(ErrorCode.WRONG_SHAPE, message);
  }
}
