package io.millrace.serving.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.errors.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of V1's {@code predict}.
 *
 * @param form of the answer, which is that of the request
 */
public record PredictRequest(Form form, RequestColumns inputs) {
  /** The one signature that our models have. */
  public static final String SIGNATURE = "serving_default";

  /** How the values lie in the body. */
  public enum Form {
    /** {@code instances}: a list of rows. */
    ROWS,
    /** {@code inputs}: lists by name. */
    COLUMNS
  }

  public static PredictRequest parse(byte[] body, int maxRows) {
    JsonNode json = Json.object(body);
    String signature = json.path("signature_name").asText(SIGNATURE);
    if (!signature.isEmpty() && !signature.equals(SIGNATURE)) {
      throw Json.invalid("there is no signature " + signature + ", only " + SIGNATURE);
    }
    if (json.has("instances") == json.has("inputs")) {
      throw Json.invalid("the body must have either instances (rows) or inputs (columns)");
    }
    return json.has("instances")
        ? new PredictRequest(Form.ROWS, rows(json.get("instances"), maxRows))
        : new PredictRequest(Form.COLUMNS, columns(json.get("inputs"), maxRows));
  }

  private static RequestColumns rows(JsonNode instances, int maxRows) {
    if (!instances.isArray()) {
      throw Json.invalid("instances must be an array of objects");
    }
    RequestColumns.checkRows(instances.size(), maxRows);
    Map<String, List<@Nullable Object>> columns = new LinkedHashMap<>();
    instances.get(0).fieldNames().forEachRemaining(name -> columns.put(name, new ArrayList<>()));
    for (int row = 0; row < instances.size(); row++) {
      JsonNode instance = instances.get(row);
      if (!instance.isObject()) {
        throw Json.invalid("instance " + row + " is not an object of named values");
      }
      checkNames(instance, columns, row);
      for (Map.Entry<String, JsonNode> value : instance.properties()) {
        Objects.requireNonNull(columns.get(value.getKey()))
            .add(ScalarJson.value(value.getValue(), value.getKey() + ", row " + row));
      }
    }
    return new RequestColumns(instances.size(), columns);
  }

  private static void checkNames(JsonNode instance, Map<String, ?> columns, int row) {
    for (String name : columns.keySet()) {
      if (!instance.has(name)) {
        throw new InferenceException(
            ErrorCode.MISSING_INPUT,
            "instance %d has no %s, which the first one has".formatted(row, name));
      }
    }
    if (instance.size() > columns.size()) {
      throw new InferenceException(
          ErrorCode.UNKNOWN_INPUT,
          "instance %d has names that the first one has not".formatted(row));
    }
  }

  private static RequestColumns columns(JsonNode inputs, int maxRows) {
    if (!inputs.isObject()) {
      throw Json.invalid("inputs must be an object of named lists");
    }
    if (inputs.isEmpty()) {
      throw new InferenceException(ErrorCode.EMPTY_BATCH, "the request holds no input");
    }
    Map<String, List<@Nullable Object>> columns = new LinkedHashMap<>();
    int rows = -1;
    for (Map.Entry<String, JsonNode> column : inputs.properties()) {
      String name = column.getKey();
      if (!column.getValue().isArray()) {
        throw Json.invalid("the values of " + name + " must be a list");
      }
      int size = column.getValue().size();
      RequestColumns.checkRows(size, maxRows);
      if (rows >= 0 && size != rows) {
        throw new InferenceException(
            ErrorCode.WRONG_SHAPE, "%s has %d rows, others have %d".formatted(name, size, rows));
      }
      rows = size;
      List<@Nullable Object> values = new ArrayList<>(size);
      for (JsonNode value : column.getValue()) {
        values.add(ScalarJson.value(value, name + ", row " + values.size()));
      }
      columns.put(name, values);
    }
    return new RequestColumns(rows, columns);
  }
}
