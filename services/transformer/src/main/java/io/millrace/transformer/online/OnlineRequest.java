package io.millrace.transformer.online;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.limits.Limit;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.json.ForeignJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The body of Feast's {@code POST /get-online-features}. Keys that it doesn't know are ignored, as
 * Feast does.
 *
 * @param features {@code view:feature}
 * @param service all windowed features of the pipeline of this name; goes before {@code features}
 * @param entities columns of equal length, by field of the example
 * @param fullNames whether features are named {@code view__feature} in the answer
 */
record OnlineRequest(
    List<String> features,
    Optional<String> service,
    Map<String, List<JsonNode>> entities,
    boolean fullNames) {
  private static final JsonMapper JSON = ForeignJson.mapper().build();

  /** How many look-ups there are. */
  int rows() {
    return entities.values().iterator().next().size();
  }

  static OnlineRequest parse(byte[] body) {
    JsonNode json = json(body);
    Optional<String> service = optionalText(json, "feature_service");
    List<String> features =
        json.path("features").isArray() ? texts(json.get("features")) : List.of();
    if (service.isEmpty() && features.isEmpty()) {
      throw invalid(
          "name features as \"view:feature\" in features, or a feature_service", "features");
    }
    JsonNode full = json.path("full_feature_names");
    return new OnlineRequest(features, service, columns(json.path("entities")), full.asBoolean());
  }

  private static JsonNode json(byte[] body) {
    try {
      JsonNode json = JSON.readTree(body);
      if (json == null || !json.isObject()) {
        throw new ProblemException(ErrorCode.MALFORMED_JSON, "the body must be a JSON object");
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new ProblemException(
          ErrorCode.MALFORMED_JSON, "the body is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new ProblemException(ErrorCode.MALFORMED_JSON, "the body cannot be read");
    }
  }

  private static Map<String, List<JsonNode>> columns(JsonNode entities) {
    if (!entities.isObject() || entities.isEmpty()) {
      throw invalid("entities must be an object with at least one column", "entities");
    }
    Map<String, List<JsonNode>> columns = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> column : entities.properties()) {
      if (!column.getValue().isArray()) {
        throw invalid("the values of " + column.getKey() + " must be a list", column.getKey());
      }
      List<JsonNode> values = new ArrayList<>();
      column.getValue().forEach(values::add);
      columns.put(column.getKey(), Collections.unmodifiableList(values));
    }
    checkLengths(columns);
    return columns;
  }

  private static void checkLengths(Map<String, List<JsonNode>> columns) {
    Map.Entry<String, List<JsonNode>> first = columns.entrySet().iterator().next();
    int rows = first.getValue().size();
    columns.forEach(
        (name, values) -> {
          if (values.size() != rows) {
            throw invalid(
                "%s has %d values and %s has %d; all columns must have as many"
                    .formatted(first.getKey(), rows, name, values.size()),
                name);
          }
        });
    if (Limit.ONLINE_ROWS.isExceededBy(rows)) {
      throw invalid(Limit.ONLINE_ROWS.exceededBy(rows), first.getKey());
    }
  }

  private static Optional<String> optionalText(JsonNode json, String name) {
    JsonNode value = json.path(name);
    return value.isTextual() && !value.asText().isEmpty()
        ? Optional.of(value.asText())
        : Optional.empty();
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : array) {
      if (!item.isTextual()) {
        throw invalid("features must be strings of the form view:feature", "features");
      }
      texts.add(item.asText());
    }
    return texts;
  }

  static ProblemException invalid(String detail, String field) {
    return new ProblemException(ErrorCode.INVALID_REQUEST, detail, Map.of("field", field));
  }
}
