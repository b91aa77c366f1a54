package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.FieldType;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * The names that share one record, the Row: fields of the example, derived and windowed features,
 * and the label. A type is empty where the file has it wrong.
 */
final class Scope {
  private final Map<String, String> meanings = new HashMap<>();
  private final SequencedMap<String, Optional<FieldType>> inputs = new LinkedHashMap<>();

  /** Makes a name that a model may take as input. */
  void declareInput(String name, String meaning, Section where, Optional<FieldType> type) {
    if (declare(name, meaning, where)) {
      inputs.put(name, type);
    }
  }

  /** Makes a name; false when it means something already. */
  boolean declare(String name, String meaning, Section where) {
    String taken = meanings.putIfAbsent(name, meaning);
    if (taken != null) {
      where.problem("\"" + name + "\" is already " + taken, "choose another name");
    }
    return taken == null;
  }

  SequencedMap<String, Optional<FieldType>> inputs() {
    return Collections.unmodifiableSequencedMap(inputs);
  }

  /** The type of a model input; empty, and told, when there is none of that name. */
  Optional<FieldType> input(String name, Section where) {
    Optional<FieldType> type = inputs.get(name);
    if (type != null) {
      return type;
    }
    String meaning = meanings.get(name);
    if (meaning == null) {
      where.problem("no model input \"" + name + "\"", Closest.fix(name, inputs.keySet()));
    } else {
      where.problem("\"" + name + "\" is " + meaning + ", not a model input", "");
    }
    return Optional.empty();
  }
}
