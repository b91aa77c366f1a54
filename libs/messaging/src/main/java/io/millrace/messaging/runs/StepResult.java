package io.millrace.messaging.runs;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.ModelEvent;
import java.util.List;

/**
 * What a step has made.
 *
 * @param evidence a JSON object with the numbers behind it
 * @param models registry entries that become visible together with the step's end, or not at all
 */
public record StepResult(
    List<ArtifactRef> inputs,
    List<ArtifactRef> outputs,
    JsonNode evidence,
    List<ModelEvent> models) {
  public StepResult {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    models = List.copyOf(models);
  }

  public StepResult(List<ArtifactRef> inputs, List<ArtifactRef> outputs, JsonNode evidence) {
    this(inputs, outputs, evidence, List.of());
  }
}
