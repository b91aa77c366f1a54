package io.millrace.serving.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.errors.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** One value of a V1 request, which says its type by its form. */
final class ScalarJson {
  private ScalarJson() {}

  /** A value by itself or as the one element of a list; bytes as text or {@code {"b64"}}. */
  static @Nullable Object value(JsonNode json, String where) {
    JsonNode value = json.isArray() && json.size() == 1 ? json.get(0) : json;
    return switch (value.getNodeType()) {
      case NULL -> null;
      case BOOLEAN -> value.booleanValue();
      case STRING -> value.textValue();
      case NUMBER -> number(value, where);
      case OBJECT -> base64(value, where);
      case ARRAY ->
          throw new InferenceException(
              ErrorCode.WRONG_SHAPE, where + " must be one value, not a list");
      case BINARY, MISSING, POJO -> throw new IllegalStateException("no such node is ever parsed");
    };
  }

  private static Object number(JsonNode json, String where) {
    if (json.isIntegralNumber() && json.canConvertToLong()) {
      return json.longValue();
    }
    double value = json.doubleValue();
    if (!Double.isFinite(value)) {
      throw Json.notFinite(where);
    }
    return value;
  }

  private static String base64(JsonNode json, String where) {
    JsonNode text = json.path("b64");
    if (json.size() == 1 && text.isTextual()) {
      try {
        return new String(Base64.getDecoder().decode(text.textValue()), StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        throw new InferenceException(ErrorCode.WRONG_DATATYPE, where + " is no base64");
      }
    }
    throw new InferenceException(
        ErrorCode.WRONG_DATATYPE, where + " must be a value or {\"b64\": \"…\"}");
  }
}
