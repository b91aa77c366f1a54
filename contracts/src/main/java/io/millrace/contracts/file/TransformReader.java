package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.pipeline.Transform;
import io.millrace.contracts.pipeline.Transform.Bucketize;
import io.millrace.contracts.pipeline.Transform.OneHot;
import io.millrace.contracts.pipeline.Transform.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads the transforms, whose inputs must be of a type that they take. */
record TransformReader(Scope scope) {
  private static final String TOP_K = "topK";
  private static final String OOV_BUCKETS = "oovBuckets";
  private static final String MIN_FREQUENCY = "minFrequency";
  private static final String BUCKETS = "buckets";
  private static final List<String> PARAMETERS =
      List.of(TOP_K, OOV_BUCKETS, MIN_FREQUENCY, BUCKETS);

  /** An operation, what it takes and the keys that belong to it. */
  private enum Op {
    IDENTITY(false),
    SCALE_TO_Z_SCORE(false),
    BUCKETIZE(false, BUCKETS),
    VOCABULARY(true, TOP_K, OOV_BUCKETS, MIN_FREQUENCY),
    ONE_HOT(true, TOP_K);

    final boolean takesStrings;
    final Set<String> parameters;

    Op(boolean takesStrings, String... parameters) {
      this.takesStrings = takesStrings;
      this.parameters = Set.of(parameters);
    }
  }

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
          new Vocabulary(
              strings,
              Vocabulary.DEFAULT_TOP_K,
              Vocabulary.DEFAULT_OOV_BUCKETS,
              Vocabulary.DEFAULT_MIN_FREQUENCY));
    }
    return transforms;
  }

  private Optional<Transform> step(Section step) {
    Optional<Op> op = step.choice("op", Op.class);
    op.ifPresent(
        known -> {
          PARAMETERS.stream()
              .filter(parameter -> step.has(parameter) && !known.parameters.contains(parameter))
              .forEach(parameter -> refuseParameter(step, parameter));
          checkInputs(step, known.takesStrings);
        });
    List<String> inputs = step.texts("inputs");
    return op.map(
        known ->
            switch (known) {
              case IDENTITY -> new Transform.Identity(inputs);
              case SCALE_TO_Z_SCORE -> new Transform.ScaleToZScore(inputs);
              case BUCKETIZE ->
                  new Bucketize(inputs, (int) step.integer(BUCKETS, Bucketize.DEFAULT_BUCKETS));
              case VOCABULARY ->
                  new Vocabulary(
                      inputs,
                      (int) step.integer(TOP_K, Vocabulary.DEFAULT_TOP_K),
                      (int) step.integer(OOV_BUCKETS, Vocabulary.DEFAULT_OOV_BUCKETS),
                      step.integer(MIN_FREQUENCY, Vocabulary.DEFAULT_MIN_FREQUENCY));
              case ONE_HOT -> new OneHot(inputs, oneHotTopK(step));
            });
  }

  private static int oneHotTopK(Section step) {
    long topK = step.integer(TOP_K, OneHot.DEFAULT_TOP_K);
    if (topK > OneHot.MOST_TOP_K) {
      step.section(TOP_K)
          .problem(
              "one_hot makes a column of each value; at most " + OneHot.MOST_TOP_K,
              "use vocabulary for more values");
    }
    return (int) topK;
  }

  private void checkInputs(Section step, boolean strings) {
    for (Section input : step.section("inputs").items()) {
      input
          .text()
          .flatMap(name -> scope.input(name, input))
          .filter(type -> strings ? !isString(type) : !isNumber(type))
          .ifPresent(
              type ->
                  input.problem(
                      step.shown("op") + " does not take " + type,
                      fix(type, input.text().orElse("x"))));
    }
  }

  private static String fix(FieldType type, String name) {
    if (type.list()) {
      return "a list is no model input yet";
    }
    return switch (type.scalar()) {
      case TIMESTAMP -> "a TIMESTAMP is no model input: derive one from it, as in x.getHours()";
      case STRING -> "use vocabulary or one_hot";
      case INT ->
          "where it is an id, declare the field as STRING or derive string(%s); where it is a number, use identity, scale_to_z_score or bucketize"
              .formatted(name);
      case FLOAT, BOOL -> "use identity, scale_to_z_score or bucketize";
    };
  }

  private static void refuseParameter(Section step, String parameter) {
    String owners =
        Arrays.stream(Op.values())
            .filter(op -> op.parameters.contains(parameter))
            .map(op -> op.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(" and "));
    step.section(parameter).problem("belongs to " + owners + " only", "leave it out");
  }

  private static boolean isString(FieldType type) {
    return type.equals(FieldType.of(Scalar.STRING));
  }

  private static boolean isNumber(FieldType type) {
    return !type.list() && type.scalar() != Scalar.STRING && type.scalar() != Scalar.TIMESTAMP;
  }
}
