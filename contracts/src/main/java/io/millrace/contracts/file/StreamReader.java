package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Stream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;

/** Reads one stream. */
final class StreamReader {
  static final Duration DEFAULT_LATENESS = Duration.ofMinutes(5);
  static final Duration DEFAULT_MAX_AHEAD = Duration.ofDays(7);

  /** What a pipeline's own topics and records are called. */
  private static final Set<String> RESERVED =
      Set.of(
          "examples",
          "labels",
          "quarantine",
          "vectors",
          "features",
          "rows",
          "predictions",
          "outcomes",
          "vector",
          "row",
          "prediction",
          "outcome");

  private StreamReader() {}

  static StreamDraft read(String name, Section section) {
    if (RESERVED.contains(name)) {
      section.problem(
          "\"" + name + "\" is the name of one of the pipeline's own topics or records",
          "choose another name");
    }
    Optional<String> id = section.text("id");
    Optional<String> time = section.text("time");
    SequencedMap<String, Optional<Field>> fields = new LinkedHashMap<>();
    section
        .section("fields")
        .entries()
        .forEach(
            (key, field) -> {
              boolean required = id.equals(Optional.of(key)) || time.equals(Optional.of(key));
              fields.put(key, FieldReader.read(key, field, required));
            });
    Optional<Stream.Role> role = section.choice("role", Stream.Role.class);
    StreamDraft draft = new StreamDraft(name, section, role, fields, Optional.empty());
    Optional<Field> idField = keyField(draft, "id");
    Optional<Field> timeField = keyField(draft, "time");
    idField.ifPresent(field -> checkId(field.type(), section.section("id")));
    timeField.ifPresent(field -> checkTime(field.type(), section.section("time")));
    section.text("subject").ifPresent(field -> draft.field(field, section.section("subject")));
    if (role.isEmpty() || idField.isEmpty() || timeField.isEmpty() || draft.types().isEmpty()) {
      return draft;
    }
    return new StreamDraft(
        name,
        section,
        role,
        fields,
        Optional.of(
            new Stream(
                name,
                role.get(),
                idField.get().name(),
                timeField.get().name(),
                known(fields),
                section.duration("lateness").orElse(DEFAULT_LATENESS),
                section.duration("maxAhead").orElse(DEFAULT_MAX_AHEAD),
                section.text("subject"),
                section.text("topic"))));
  }

  private static Optional<Field> keyField(StreamDraft draft, String key) {
    Section section = draft.section().section(key);
    return section.text().flatMap(field -> draft.field(field, section));
  }

  private static void checkId(FieldType type, Section where) {
    if (type.list() || (type.scalar() != Scalar.INT && type.scalar() != Scalar.STRING)) {
      where.problem("an id must be INT or STRING, not " + type, "");
    }
  }

  private static void checkTime(FieldType type, Section where) {
    if (!type.equals(FieldType.of(Scalar.TIMESTAMP))) {
      where.problem("the time must be TIMESTAMP, not " + type, "");
    }
  }

  private static Map<String, Field> known(SequencedMap<String, Optional<Field>> fields) {
    Map<String, Field> known = new LinkedHashMap<>();
    fields.forEach((name, field) -> field.ifPresent(present -> known.put(name, present)));
    return known;
  }
}
