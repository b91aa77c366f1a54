package io.millrace.monitor.verdicts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.statistics.histograms.Reference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a version was trained on, by input; and what it answered on held-out rows, as {@link
 * FieldDistance#SCORE}.
 */
public record TrainingReferences(Map<String, Reference> fields) {
  /** Of a version whose files can't be read. */
  public static final TrainingReferences NONE = new TrainingReferences(Map.of());

  private static final ObjectMapper JSON = new ObjectMapper();

  public TrainingReferences {
    fields = Map.copyOf(fields);
  }

  /**
   * Reads a version's files.
   *
   * @param statistics of the train split, as the transformer writes them
   * @param card of the model, as the evaluator writes it
   */
  public static TrainingReferences parse(byte[] statistics, byte[] card) throws IOException {
    Map<String, Reference> fields = new HashMap<>();
    for (JsonNode input : JSON.readTree(statistics).path("inputs")) {
      fields.put(
          input.path("name").asText(),
          input.path("type").asText().equals("text") ? texts(input) : numbers(input));
    }
    JsonNode scores = JSON.readTree(card).path("published").path("onHeldOutRows").path("scores");
    if (scores.isObject()) {
      fields.put(FieldDistance.SCORE, numbers(scores));
    }
    return new TrainingReferences(fields);
  }

  public Optional<Reference> of(String field) {
    return Optional.ofNullable(fields.get(field));
  }

  private static Reference texts(JsonNode input) {
    Map<String, Long> top = new HashMap<>();
    input.path("top").forEach(v -> top.put(v.path("value").asText(), v.path("count").asLong()));
    return Reference.texts(top, input.path("others").asLong(), input.path("missing").asLong());
  }

  private static Reference numbers(JsonNode input) {
    List<Double> boundaries = new ArrayList<>();
    input.path("boundaries").forEach(boundary -> boundaries.add(boundary.asDouble()));
    List<Long> counts = new ArrayList<>();
    input.path("counts").forEach(count -> counts.add(count.asLong()));
    return Reference.numbers(boundaries, counts, input.path("missing").asLong());
  }
}
