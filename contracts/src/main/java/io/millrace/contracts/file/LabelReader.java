package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Scalar;
import java.time.Duration;
import java.util.Optional;

/** Reads the label, a value over the fields of the label stream. */
final class LabelReader {
  private LabelReader() {}

  static Optional<Label> read(Section section, Optional<StreamDraft> stream) {
    Optional<String> name = section.text("name");
    Optional<Label.Kind> kind = section.choice("kind", Label.Kind.class);
    Optional<String> value = section.text("value");
    Optional<Duration> within = section.duration("within");
    value.ifPresent(
        source ->
            stream
                .flatMap(StreamDraft::types)
                .flatMap(types -> ExpressionCheck.type(source, types, section.section("value")))
                .ifPresent(type -> kind.ifPresent(k -> checkType(k, type, section))));
    name.ifPresent(label -> stream.ifPresent(known -> checkName(label, value, known, section)));
    if (name.isEmpty() || kind.isEmpty() || value.isEmpty() || within.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        new Label(
            name.get(),
            kind.get(),
            value.get(),
            within.get(),
            section.choice("absent", Label.Absent.class).orElse(Label.Absent.DROP)));
  }

  private static void checkType(Label.Kind kind, FieldType type, Section section) {
    boolean fits =
        switch (kind) {
          case BINARY -> type.scalar() == Scalar.BOOL;
          case MULTICLASS -> type.scalar() == Scalar.STRING;
          case REGRESSION -> type.scalar() == Scalar.INT || type.scalar() == Scalar.FLOAT;
        };
    if (!fits) {
      section
          .section("value")
          .problem(
              "the value is " + type + ", but a " + kind + " label is " + wanted(kind),
              "change kind or value");
    }
  }

  private static String wanted(Label.Kind kind) {
    return switch (kind) {
      case BINARY -> "BOOL";
      case MULTICLASS -> "STRING";
      case REGRESSION -> "a number";
    };
  }

  /** A windowed feature could not tell the label from a field of the same name. */
  private static void checkName(
      String name, Optional<String> value, StreamDraft stream, Section section) {
    if (stream.fields().containsKey(name) && !value.map(String::strip).equals(Optional.of(name))) {
      section
          .section("name")
          .problem(
              "\"" + name + "\" is a field of " + stream.name() + " with another value",
              "choose another name");
    }
  }
}
