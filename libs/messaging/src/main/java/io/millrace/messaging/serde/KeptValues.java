package io.millrace.messaging.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.json.ForeignJson;
import java.io.IOException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What a vector brings along for a model that was trained by an earlier version of the pipeline:
 * its windowed features as that version means them, in the header {@link
 * MillraceHeaders#KEPT_FEATURES}.
 *
 * @param version the earlier version
 * @param incomplete whether labels may be missing from any windowed feature of that version
 * @param features those that the vector itself has otherwise: Long, Double or missing
 */
public record KeptValues(
    int version, boolean incomplete, Map<String, ? extends @Nullable Object> features) {
  private static final ObjectMapper JSON = ForeignJson.mapper().build();

  /** Longer than all that a file can name. */
  private static final int MOST_BYTES = 1 << 20;

  public KeptValues {
    features = Collections.unmodifiableMap(new LinkedHashMap<>(features));
  }

  public void set(Headers headers) {
    ObjectNode json = JSON.createObjectNode().put("version", version);
    ObjectNode values = json.put("incomplete", incomplete).putObject("features");
    features.forEach(
        (name, value) -> {
          switch (value) {
            case null -> values.putNull(name);
            case Long number -> values.put(name, number);
            case Double number -> values.put(name, number);
            default -> throw new IllegalArgumentException("not a feature's value: " + value);
          }
        });
    try {
      headers
          .remove(MillraceHeaders.KEPT_FEATURES)
          .add(MillraceHeaders.KEPT_FEATURES, JSON.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // numbers and names
    }
  }

  /** Empty where there are none, or none that can be read. */
  public static Optional<KeptValues> read(Headers headers) {
    Header header = headers.lastHeader(MillraceHeaders.KEPT_FEATURES);
    if (header == null || header.value() == null || header.value().length > MOST_BYTES) {
      return Optional.empty();
    }
    try {
      JsonNode json = JSON.readTree(header.value());
      if (!json.path("version").isInt() || !json.path("features").isObject()) {
        return Optional.empty();
      }
      Map<String, @Nullable Object> features = new LinkedHashMap<>();
      json.get("features")
          .properties()
          .forEach(entry -> features.put(entry.getKey(), number(entry.getValue())));
      return Optional.of(
          new KeptValues(
              json.get("version").intValue(), json.path("incomplete").asBoolean(true), features));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static @Nullable Object number(JsonNode value) {
    if (value.isNull()) {
      return null;
    }
    if (!value.isNumber()) {
      throw new IllegalArgumentException("not a feature's value: " + value);
    }
    return value.isIntegralNumber() ? (Object) value.longValue() : (Object) value.doubleValue();
  }
}
