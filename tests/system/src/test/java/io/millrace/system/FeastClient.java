package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.apache.avro.generic.GenericRecord;

/** Asks for features online, as of the time of a flight, and compares them with its vector. */
final class FeastClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> FEATURES =
      List.of("origin_delay_3h", "origin_late_1h", "destination_delay_3h");

  private final RunningMillrace millrace;

  FeastClient(RunningMillrace millrace) {
    this.millrace = millrace;
  }

  /** Compares random flights among the last before a time, up to which all was replayed. */
  void requireWhatTheStreamAnswered(Instant end, int flights) throws Exception {
    List<GenericRecord> last = millrace.vectorsInReach(RunningMillrace.flights(), end);
    assertThat(last).isNotEmpty();
    Collections.shuffle(last, new Random(7));
    for (GenericRecord vector : last.subList(0, Math.min(flights, last.size()))) {
      JsonNode answer = ask(vector);
      for (String feature : FEATURES) {
        JsonNode value = value(answer, feature);
        assertThat(value.isNull() ? null : value.asDouble())
            .as("%s of %s in %s", feature, vector, answer)
            .isEqualTo(vector.get(feature));
      }
    }
  }

  /** The whole answer for a flight, as JSON or as a problem. */
  JsonNode ask(GenericRecord vector) throws Exception {
    ObjectNode request = JSON.createObjectNode().put("feature_service", "flights");
    ObjectNode entities = request.putObject("entities");
    entities.putArray("origin").add(vector.get("origin").toString());
    entities.putArray("destination").add(vector.get("destination").toString());
    long micros = (Long) vector.get("departure");
    entities.putArray("departure").add(Instant.ofEpochSecond(micros / 1_000_000).toString());
    return JSON.readTree(
        millrace
            .send(
                "POST",
                millrace.system.url("transformer").resolve("/get-online-features"),
                "application/json",
                request.toString())
            .body());
  }

  private static JsonNode value(JsonNode answer, String feature) {
    JsonNode names = answer.at("/metadata/feature_names");
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).asText().equals(feature)) {
        return answer.at("/results/" + i + "/values/0");
      }
    }
    throw new AssertionError("no " + feature + " in " + answer);
  }
}
