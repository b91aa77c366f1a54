package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.avro.generic.GenericRecord;

/** Asks serving for the score of flights, through both protocols. */
final class ServingClient {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> STRINGS = List.of("origin", "destination");

  private final RunningMillrace millrace;

  ServingClient(RunningMillrace millrace) {
    this.millrace = millrace;
  }

  /**
   * The score by V2 of one flight; its windowed features come from Redis, as of its departure.
   * Where Redis took longer than serving waits, as on a busy machine, it is asked again.
   */
  double v2(GenericRecord flight) throws Exception {
    AtomicReference<JsonNode> scored = new AtomicReference<>();
    RunningMillrace.await(
        "a score with windowed features",
        () -> {
          HttpResponse<String> answer = infer("flights", v2Request(flight));
          assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
          scored.set(JSON.readTree(answer.body()));
          return !answer.body().contains("UNAVAILABLE");
        });
    return scored.get().at("/outputs/0/data/0").asDouble();
  }

  /** The score by V1 of one flight. */
  double v1(GenericRecord flight) throws Exception {
    ObjectNode instance = JSON.createObjectNode();
    instance.put("departure", departure(flight).toString());
    instance.put("distance_miles", (Long) flight.get("distance_miles"));
    STRINGS.forEach(name -> instance.put(name, flight.get(name).toString()));
    ObjectNode request = JSON.createObjectNode();
    request.putArray("instances").add(instance);
    HttpResponse<String> answer = post("/v1/models/flights:predict", request.toString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    JsonNode prediction = JSON.readTree(answer.body()).at("/predictions/0");
    return prediction.isObject() ? prediction.path("score").asDouble() : prediction.asDouble();
  }

  HttpResponse<String> infer(String model, String request) throws Exception {
    return post("/v2/models/" + model + "/infer", request);
  }

  HttpResponse<String> post(String path, String body) throws Exception {
    return millrace.send(
        "POST", millrace.system.url("serving").resolve(path), "application/json", body);
  }

  static String v2Request(GenericRecord flight) {
    ObjectNode request = JSON.createObjectNode().put("id", flight.get("flight_id").toString());
    ArrayNode inputs = request.putArray("inputs");
    tensor(inputs, "departure", "BYTES").add(departure(flight).toString());
    tensor(inputs, "distance_miles", "INT64").add((Long) flight.get("distance_miles"));
    STRINGS.forEach(name -> tensor(inputs, name, "BYTES").add(flight.get(name).toString()));
    return request.toString();
  }

  private static ArrayNode tensor(ArrayNode inputs, String name, String datatype) {
    ObjectNode tensor = inputs.addObject().put("name", name).put("datatype", datatype);
    tensor.putArray("shape").add(1);
    return tensor.putArray("data");
  }

  private static Instant departure(GenericRecord flight) {
    return Instant.ofEpochSecond((Long) flight.get("departure") / 1_000_000);
  }
}
