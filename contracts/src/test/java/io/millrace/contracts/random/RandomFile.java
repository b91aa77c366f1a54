package io.millrace.contracts.random;

import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A pipeline file whose names are words of the languages that they travel through: SQL, CEL, Avro,
 * ONNX, YAML, and Millrace's own. Many are right; whatever of them is accepted has to run.
 */
public final class RandomFile {
  private static final String LONGEST = "l".repeat(63);
  private static final List<String> WORDS =
      List.of(
          // SQL, and what queries of rows call things
          "select",
          "from",
          "where",
          "order",
          "group",
          "table",
          "rows",
          "rowid",
          "n",
          "x",
          "c",
          "count",
          "chosen",
          "sorted",
          "no_rows",
          "held",
          "filename",
          "file_row_number",
          "newest",
          "delay",
          "end",
          "time",
          "timestamp",
          "all",
          "distinct",
          "lambda",
          "exclude",
          "columns",
          // CEL
          "in",
          "as",
          "for",
          "if",
          "package",
          "size",
          "int",
          "string",
          "has",
          "dyn",
          "type",
          // Avro
          "record",
          "enum",
          "array",
          "map",
          "fixed",
          "bytes",
          "long",
          "union",
          "fields",
          "name",
          "namespace",
          "vector",
          "row",
          // ONNX, and what graphs call values
          "features",
          "score",
          "value",
          "constant_0",
          "constant_1",
          "Concat_1",
          "Concat_2",
          "IsNaN_0",
          "IsNaN_1",
          "Clip_2",
          "Where_3",
          "Where_4",
          "Sub_0",
          "Cast_1",
          "Identity_0",
          // YAML, JSON, Java
          "y",
          "no",
          "on",
          "off",
          "class",
          "constructor",
          "prototype",
          "hashCode",
          "toString",
          // Millrace
          "id",
          "key",
          "example",
          "label",
          "eval",
          "incomplete",
          "label_time",
          "panes",
          "watermarks",
          "runs",
          "model",
          "instances",
          "inputs",
          LONGEST,
          "a",
          "A0",
          "z_");
  private static final List<String> STREAMS =
      List.of(
          "string",
          "int",
          "null_",
          "record",
          "select",
          "e",
          "error",
          "union",
          "runs",
          "models",
          "entities",
          "answers",
          LONGEST,
          "by_id",
          "a_b");
  private static final List<String> PIPELINES =
      List.of("runs", "models", "pipelines", "parts", "redis", "select", "a", LONGEST, "millrace");
  private static final Set<String> CEL_WORDS =
      Set.of("in", "as", "for", "if", "package", "namespace", "class", "null", "true", "false");
  private static final List<String> TYPES = List.of("INT", "FLOAT", "BOOL", "STRING", "TIMESTAMP");
  private static final List<String> WINDOWS =
      List.of("window: 1h, pane: 5m", "window: 1d, pane: 1h", "window: 1h, pane: 1h");

  private final Random random;
  private final Set<String> row = new LinkedHashSet<>();

  private RandomFile(long seed) {
    this.random = new Random(seed);
  }

  /** Always the same text for a seed. */
  public static String yaml(long seed) {
    return new RandomFile(seed).yaml();
  }

  /** The pipeline, if the file is one that is accepted. */
  public static Optional<Pipeline> accepted(long seed) {
    return PipelineFile.accept(yaml(seed), "random.yaml") instanceof PipelineFile.Valid valid
        ? Optional.of(valid.pipeline())
        : Optional.empty();
  }

  private String yaml() {
    String idType = one(List.of("INT", "STRING"));
    Map<String, String> example = fields(idType, 1 + random.nextInt(14));
    row.addAll(example.keySet());
    Map<String, String> label = fields(idType, 1 + random.nextInt(4));
    boolean binary = random.nextBoolean();
    String value = binary ? "true" : "1.5";
    Map<String, String> derived = derived(example);
    String labelName = fresh(row, Set.copyOf(label.keySet()));
    Map<String, String> windowed = windowed(example, label, labelName);
    List<String> streams = new ArrayList<>(STREAMS);
    Collections.shuffle(streams, random);
    return """
    apiVersion: millrace.io/v1
    kind: Pipeline
    metadata: {name: %s}
    spec:
      streams:
    %s%s
      label: {name: %s, kind: %s, value: "%s", within: 2h}
      features:
        derived: {%s}
        windowed: {%s}
    %s"""
        .formatted(
            quoted(one(PIPELINES)),
            stream(streams.get(0), "example", example),
            stream(streams.get(1), "label", label),
            quoted(labelName),
            binary ? "BINARY" : "REGRESSION",
            value,
            mapping(derived),
            mapping(windowed),
            random.nextBoolean() ? "" : transform(example));
  }

  /** The first is the id, the second the time. */
  private Map<String, String> fields(String idType, int more) {
    Map<String, String> fields = new LinkedHashMap<>();
    Set<String> taken = new LinkedHashSet<>();
    fields.put(fresh(taken, Set.of()), "{type: %s}".formatted(idType));
    fields.put(fresh(taken, Set.of()), "{type: TIMESTAMP}");
    for (int i = 0; i < more; i++) {
      String type = one(TYPES);
      String list = random.nextInt(4) == 0 ? ", list: true" : "";
      String presence = random.nextInt(3) == 0 ? ", presence: {minFraction: 1}" : "";
      fields.put(fresh(taken, Set.of()), "{type: %s%s%s}".formatted(type, list, presence));
    }
    return fields;
  }

  private Map<String, String> derived(Map<String, String> example) {
    Map<String, String> derived = new LinkedHashMap<>();
    for (Map.Entry<String, String> field : example.entrySet()) {
      if (!CEL_WORDS.contains(field.getKey()) && random.nextInt(4) == 0) {
        String name = field.getKey();
        String expression =
            field.getValue().contains("list")
                ? "size(%s)".formatted(name)
                : switch (type(field.getValue())) {
                  case "STRING" -> name + " + 'x'";
                  case "INT" -> name + " * 2";
                  case "FLOAT" -> name + " / 3.0";
                  case "BOOL" -> "!" + name;
                  default -> name + ".getHours()";
                };
        derived.put(fresh(row, Set.of()), '"' + expression + '"');
      }
    }
    return derived;
  }

  private Map<String, String> windowed(
      Map<String, String> example, Map<String, String> label, String labelName) {
    List<String> entities =
        example.entrySet().stream()
            .filter(field -> !field.getValue().contains("list"))
            .filter(field -> List.of("INT", "STRING").contains(type(field.getValue())))
            .map(Map.Entry::getKey)
            .toList();
    Map<String, String> windowed = new LinkedHashMap<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      String function = one(List.of("count", "sum", "mean", "min", "max"));
      List<String> numbers =
          label.entrySet().stream()
              .filter(field -> !field.getValue().contains("list"))
              .filter(field -> List.of("INT", "FLOAT", "BOOL").contains(type(field.getValue())))
              .map(Map.Entry::getKey)
              .collect(Collectors.toCollection(ArrayList::new));
      numbers.add(labelName);
      windowed.put(
          fresh(row, Set.of()),
          "{entity: %s, %s: %s, %s}"
              .formatted(quoted(one(entities)), function, quoted(one(numbers)), one(WINDOWS)));
    }
    return windowed;
  }

  private String transform(Map<String, String> example) {
    StringBuilder steps = new StringBuilder();
    example.forEach(
        (name, field) -> {
          if (!field.contains("list") && !type(field).equals("TIMESTAMP")) {
            String op =
                type(field).equals("STRING")
                    ? one(List.of("vocabulary", "one_hot"))
                    : one(List.of("identity", "scale_to_z_score", "bucketize"));
            steps.append("    - {op: %s, inputs: [%s]}\n".formatted(op, quoted(name)));
          }
        });
    return "  transform:\n" + steps;
  }

  private String stream(String name, String role, Map<String, String> fields) {
    List<String> names = List.copyOf(fields.keySet());
    return "    %s: {role: %s, id: %s, time: %s, fields: {%s}}\n"
        .formatted(quoted(name), role, quoted(names.get(0)), quoted(names.get(1)), mapping(fields));
  }

  private static String mapping(Map<String, String> entries) {
    return entries.entrySet().stream()
        .map(entry -> quoted(entry.getKey()) + ": " + entry.getValue())
        .collect(Collectors.joining(", "));
  }

  /** A word that is not taken; once in a while one that is, but for its case. */
  private String fresh(Set<String> taken, Set<String> others) {
    while (true) {
      String word = one(WORDS);
      String name =
          switch (random.nextInt(20)) {
            case 0 -> word.toUpperCase(Locale.ROOT);
            case 1 -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
            default -> word;
          };
      boolean collides = taken.stream().anyMatch(name::equalsIgnoreCase);
      if (!taken.contains(name)
          && !others.contains(name)
          && (!collides || random.nextInt(20) == 0)
          && taken.add(name)) {
        return name;
      }
    }
  }

  private <T> T one(List<T> many) {
    return many.get(random.nextInt(many.size()));
  }

  private static String type(String field) {
    return field.replaceFirst("\\{type: ([A-Z]+).*", "$1");
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
