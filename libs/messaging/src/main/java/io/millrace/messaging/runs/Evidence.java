package io.millrace.messaging.runs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.control.RunStep;
import io.millrace.messaging.json.ForeignJson;

/** The JSON that goes with a step. */
public final class Evidence {
  private static final JsonMapper JSON = ForeignJson.mapper().build();

  private Evidence() {}

  /** An empty object, to be filled. */
  public static ObjectNode create() {
    return JSON.createObjectNode();
  }

  /** What a step says; an empty object when it is none. */
  public static ObjectNode of(RunStep step) {
    return parse(step.getEvidence());
  }

  /** The object in a text; an empty one when there is none. */
  public static ObjectNode parse(String text) {
    try {
      return JSON.readTree(text) instanceof ObjectNode object ? object : create();
    } catch (JsonProcessingException e) {
      return create();
    }
  }

  /** What an earlier step said, with the run that it was. */
  static ObjectNode skipped(RunStep same) {
    return of(same).put("skipped", "unchanged since run " + same.getRun());
  }
}
