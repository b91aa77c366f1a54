package io.millrace.evaluator.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.json.ForeignJson;
import java.util.OptionalInt;
import java.util.Set;

/** The body of a request that moves an alias. */
record MoveRequest(OptionalInt version, String reason) {
  private static final JsonMapper JSON =
      ForeignJson.mapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final String NO_REASON = "by request";

  /**
   * @param body a JSON object, or nothing
   * @param keys those that it may have
   * @throws ProblemException when it has another form
   */
  static MoveRequest parse(String body, Set<String> keys) {
    JsonNode json = body.isBlank() ? JSON.createObjectNode() : tree(body);
    if (!json.isObject()) {
      throw invalid("the body must be a JSON object");
    }
    json.fieldNames()
        .forEachRemaining(
            key -> {
              if (!keys.contains(key)) {
                throw invalid("the body has a key \"" + key + "\", which means nothing here");
              }
            });
    return new MoveRequest(version(json.path("version")), reason(json.path("reason")));
  }

  int requiredVersion() {
    return version.orElseThrow(() -> invalid("the body must have a version"));
  }

  private static OptionalInt version(JsonNode json) {
    if (json.isMissingNode()) {
      return OptionalInt.empty();
    }
    if (!json.isIntegralNumber() || !json.canConvertToInt()) {
      throw invalid("the version must be a whole number");
    }
    return OptionalInt.of(json.intValue());
  }

  private static String reason(JsonNode json) {
    if (json.isMissingNode()) {
      return NO_REASON;
    }
    if (!json.isTextual() || json.asText().isBlank()) {
      throw invalid("the reason must be a text");
    }
    return json.asText();
  }

  private static JsonNode tree(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new ProblemException(
          ErrorCode.MALFORMED_JSON, "the body is not JSON: " + e.getOriginalMessage());
    }
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(ErrorCode.INVALID_REQUEST, detail);
  }
}
