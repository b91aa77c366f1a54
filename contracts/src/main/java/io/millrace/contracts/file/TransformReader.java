package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.pipeline.Transform;
import io.millrace.contracts.pipeline.Transform.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the transforms, whose inputs must be of a type that they take. */
record TransformReader(Scope scope) {

  List<Transform> read(Section section) {
    return section.items().stream().flatMap(step -> step(step).stream()).toList();
  }

  /**
   * Numbers as they are and a vocabulary for each string, without what names one event or person.
   */
  List<Transform> defaults(Stream examples) {
    List<String> numbers = new ArrayList<>();
    List<String> strings = new ArrayList<>();
    scope
        .inputs()
        .forEach(
            (name, type) -> {
              if (name.equals(examples.id()) || examples.subject().equals(Optional.of(name))) {
                return;
              }
              type.filter(TransformReader::isNumber).ifPresent(known -> numbers.add(name));
              type.filter(TransformReader::isString).ifPresent(known -> strings.add(name));
            });
    List<Transform> transforms = new ArrayList<>();
    if (!numbers.isEmpty()) {
      transforms.add(new Transform.Identity(numbers));
    }
    if (!strings.isEmpty()) {
      transforms.add(
          new Vocabulary(strings, Vocabulary.DEFAULT_TOP_K, Vocabulary.DEFAULT_OOV_BUCKETS));
    }
    return transforms;
  }

  private Optional<Transform> step(Section step) {
    Optional<String> op = step.text("op");
    boolean vocabulary = op.equals(Optional.of("vocabulary"));
    if (op.isPresent() && !vocabulary) {
      refuseParameter(step, "topK");
      refuseParameter(step, "oovBuckets");
    }
    op.ifPresent(known -> checkInputs(step, vocabulary));
    List<String> inputs = step.texts("inputs");
    return op.flatMap(
        known ->
            switch (known) {
              case "identity" -> Optional.of(new Transform.Identity(inputs));
              case "scale_to_z_score" -> Optional.of(new Transform.ScaleToZScore(inputs));
              case "vocabulary" ->
                  Optional.of(
                      new Vocabulary(
                          inputs,
                          (int) step.integer("topK", Vocabulary.DEFAULT_TOP_K),
                          (int) step.integer("oovBuckets", Vocabulary.DEFAULT_OOV_BUCKETS)));
              default -> Optional.empty();
            });
  }

  private void checkInputs(Section step, boolean strings) {
    for (Section input : step.section("inputs").items()) {
      input
          .text()
          .flatMap(name -> scope.input(name, input))
          .filter(type -> strings ? !isString(type) : !isNumber(type))
          .ifPresent(type -> input.problem(step.shown("op") + " does not take " + type, fix(type)));
    }
  }

  private static String fix(FieldType type) {
    if (type.list()) {
      return "a list is no model input yet";
    }
    return switch (type.scalar()) {
      case TIMESTAMP -> "a TIMESTAMP is no model input: derive one from it, as in x.getHours()";
      case STRING -> "use vocabulary";
      case INT, FLOAT, BOOL -> "use identity or scale_to_z_score";
    };
  }

  private static void refuseParameter(Section step, String key) {
    if (step.has(key)) {
      step.section(key).problem("belongs to the op vocabulary only", "leave it out");
    }
  }

  private static boolean isString(FieldType type) {
    return type.equals(FieldType.of(Scalar.STRING));
  }

  private static boolean isNumber(FieldType type) {
    return !type.list() && type.scalar() != Scalar.STRING && type.scalar() != Scalar.TIMESTAMP;
  }
}
