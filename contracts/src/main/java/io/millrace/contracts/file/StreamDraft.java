package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Stream;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * A stream as far as it could be read.
 *
 * @param fields by name in file order; empty where the field itself is wrong
 * @param stream empty when a part of it is wrong
 */
record StreamDraft(
    String name,
    Section section,
    Optional<Stream.Role> role,
    SequencedMap<String, Optional<Field>> fields,
    Optional<Stream> stream) {

  /** The field of that name; empty, and told, when the stream has none. */
  Optional<Field> field(String field, Section where) {
    return field(name, fields, field, where);
  }

  static Optional<Field> field(
      String stream, SequencedMap<String, Optional<Field>> fields, String field, Section where) {
    Optional<Field> found = fields.get(field);
    if (found != null) {
      return found;
    }
    where.problem(
        "the stream " + stream + " has no field \"" + field + "\"",
        Closest.fix(field, fields.keySet()));
    return Optional.empty();
  }

  /** The types of all fields; empty when one of them is not known. */
  Optional<Map<String, FieldType>> types() {
    Map<String, FieldType> types = new HashMap<>();
    fields.forEach((key, field) -> field.ifPresent(known -> types.put(key, known.type())));
    return types.size() == fields.size() ? Optional.of(types) : Optional.empty();
  }

  /** The type of the field that {@code id} names, where all is well. */
  Optional<FieldType> idType() {
    return stream.map(known -> known.idField().type());
  }
}
