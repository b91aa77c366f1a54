package io.millrace.contracts.file;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * A YAML document as JSON that remembers where each part came from.
 *
 * @param keys by JSON pointer: where the key of a mapping's entry, or the item of a list, begins
 * @param values by JSON pointer: where the value itself begins
 */
record Document(JsonNode root, Map<String, Position> keys, Map<String, Position> values) {

  /** Where a part of the document, or the closest part around it, begins. */
  Position at(JsonPointer pointer) {
    return closest(pointer, keys);
  }

  Position valueAt(JsonPointer pointer) {
    return closest(pointer, values);
  }

  private static Position closest(JsonPointer pointer, Map<String, Position> positions) {
    for (JsonPointer here = pointer; here != null; here = here.head()) {
      Position position = positions.get(here.toString());
      if (position != null) {
        return position;
      }
    }
    return Position.START;
  }
}
