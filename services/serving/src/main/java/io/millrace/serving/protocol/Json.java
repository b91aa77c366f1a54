package io.millrace.serving.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.json.ForeignJson;
import java.io.IOException;

/** Bodies as JSON objects. */
final class Json {
  /** Reads NaN and Infinity, so that they can be refused as what they are. */
  private static final JsonMapper MAPPER =
      ForeignJson.mapper()
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private Json() {}

  static JsonNode object(byte[] body) {
    try {
      JsonNode json = MAPPER.readTree(body);
      if (json == null || !json.isObject()) {
        throw new InferenceException(ErrorCode.MALFORMED_JSON, "the body must be a JSON object");
      }
      return json;
    } catch (JsonProcessingException e) {
      throw new InferenceException(
          ErrorCode.MALFORMED_JSON, "the body is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      throw new InferenceException(ErrorCode.MALFORMED_JSON, "the body cannot be read");
    }
  }

  static InferenceException invalid(String message) {
    return new InferenceException(ErrorCode.INVALID_REQUEST, message);
  }

  static InferenceException notFinite(String where) {
    return new InferenceException(
        ErrorCode.NOT_FINITE,
        where + " is not a finite number; a missing value is null, or left to the model");
  }
}
