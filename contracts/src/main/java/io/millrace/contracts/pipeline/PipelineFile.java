package io.millrace.contracts.pipeline;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.yaml.snakeyaml.Yaml;

/** Reads a pipeline file. */
@SuppressWarnings("NullAway")
public final class PipelineFile {
  /** What came of reading. */
  public sealed interface Parsed {}

  public record Valid(Pipeline pipeline) implements Parsed {}

  public record Invalid(List<Problem> problems) implements Parsed {}

  /** One thing that is wrong, where, and how to mend it. */
  public record Problem(
      String file, int line, int column, String path, String message, String fix) {}

  private PipelineFile() {}

  @SuppressWarnings("unchecked")
  public static Parsed parse(String yaml, String file) {
    try {
      Map<String, Object> root = new Yaml().load(yaml);
      Map<String, Object> spec = map(root, "spec");
      Map<String, Stream> streams = new LinkedHashMap<>();
      map(spec, "streams")
          .forEach((name, value) -> streams.put(name, stream(name, (Map<String, Object>) value)));
      Map<String, Object> label = map(spec, "label");
      Map<String, Object> features = map(spec, "features");
      List<Derived> derived = new ArrayList<>();
      map(features, "derived").forEach((n, e) -> derived.add(new Derived(n, (String) e)));
      List<Windowed> windowed = new ArrayList<>();
      map(features, "windowed")
          .forEach((n, w) -> windowed.add(windowed(n, (Map<String, Object>) w)));
      return new Valid(
          new Pipeline(
              (String) map(root, "metadata").get("name"),
              streams,
              new Label(
                  (String) label.get("name"),
                  Label.Kind.valueOf((String) label.get("kind")),
                  (String) label.get("value"),
                  duration(label.getOrDefault("within", "1d")),
                  Label.Absent.DROP),
              derived,
              windowed));
    } catch (RuntimeException e) {
      return new Invalid(List.of(new Problem(file, 1, 1, "", String.valueOf(e.getMessage()), "")));
    }
  }

  private static Windowed windowed(String name, Map<String, Object> w) {
    for (Windowed.Aggregate a : Windowed.Aggregate.values()) {
      Object field = w.get(a.name().toLowerCase(java.util.Locale.ROOT));
      if (field != null) {
        return new Windowed(
            name,
            (String) w.get("entity"),
            a,
            (String) field,
            duration(w.get("window")),
            duration(w.get("pane")));
      }
    }
    throw new IllegalArgumentException(name + ": no aggregate");
  }

  @SuppressWarnings("unchecked")
  private static Stream stream(String name, Map<String, Object> s) {
    Map<String, Field> fields = new LinkedHashMap<>();
    map(s, "fields").forEach((n, f) -> fields.put(n, field(n, (Map<String, Object>) f, s)));
    return new Stream(
        name,
        Stream.Role.valueOf(((String) s.get("role")).toUpperCase(java.util.Locale.ROOT)),
        (String) s.get("id"),
        (String) s.get("time"),
        fields,
        duration(s.getOrDefault("lateness", "5m")),
        Optional.ofNullable((String) s.get("subject")),
        Optional.ofNullable((String) s.get("topic")));
  }

  private static Field field(String name, Map<String, Object> f, Map<String, Object> s) {
    Scalar scalar = Scalar.valueOf((String) f.get("type"));
    Map<String, Object> domain = map(f, "domain");
    OptionalLong min = whole(domain.get("min"));
    OptionalLong max = whole(domain.get("max"));
    Domain d =
        switch (scalar) {
          case INT -> new Domain.IntDomain(min, max);
          case FLOAT ->
              new Domain.FloatDomain(
                  fraction(domain.get("min")), fraction(domain.get("max")), true, true);
          case STRING -> {
            Set<String> values = new TreeSet<>();
            if (domain.get("values") instanceof List<?> list) {
              list.forEach(v -> values.add(String.valueOf(v)));
            }
            yield new Domain.StringDomain(values, whole(domain.get("maxLength")));
          }
          default -> new Domain.Any();
        };
    boolean required =
        name.equals(s.get("id"))
            || name.equals(s.get("time"))
            || (map(f, "presence").get("minFraction") instanceof Number n && n.doubleValue() == 1);
    return new Field(
        name,
        new FieldType(scalar, Boolean.TRUE.equals(f.get("list"))),
        required,
        d,
        0,
        Integer.MAX_VALUE);
  }

  private static OptionalLong whole(@org.jspecify.annotations.Nullable Object o) {
    return o instanceof Number n ? OptionalLong.of(n.longValue()) : OptionalLong.empty();
  }

  private static OptionalDouble fraction(@org.jspecify.annotations.Nullable Object o) {
    return o instanceof Number n ? OptionalDouble.of(n.doubleValue()) : OptionalDouble.empty();
  }

  private static Duration duration(@org.jspecify.annotations.Nullable Object text) {
    String t = String.valueOf(text);
    return t.endsWith("d") ? Duration.parse("P" + t) : Duration.parse("PT" + t);
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> map(Map<String, Object> of, String key) {
    Object value = of.get(key);
    return value == null ? Map.of() : (Map<String, Object>) value;
  }
}
