package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Domain;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.time.IsoTime;
import java.time.DateTimeException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** Reads a field's domain, which must fit its type. */
final class DomainReader {
  private DomainReader() {}

  static Domain read(Scalar type, Section section) {
    refuseOthers(type, section);
    return switch (type) {
      case INT -> {
        OptionalLong min = integer(section, "min");
        OptionalLong max = integer(section, "max");
        checkOrder(section, min, max);
        yield min.isEmpty() && max.isEmpty() ? new Domain.Any() : new Domain.IntDomain(min, max);
      }
      case FLOAT -> floatDomain(section);
      case BOOL -> new Domain.Any();
      case STRING -> stringDomain(section);
      case TIMESTAMP -> {
        OptionalLong min = time(section, "min");
        OptionalLong max = time(section, "max");
        checkOrder(section, min, max);
        yield min.isEmpty() && max.isEmpty() ? new Domain.Any() : new Domain.TimeDomain(min, max);
      }
    };
  }

  /** NaN is refused unless the file allows it: it is a missing value in disguise. */
  private static Domain floatDomain(Section section) {
    OptionalDouble min = number(section, "min");
    OptionalDouble max = number(section, "max");
    if (min.isPresent() && max.isPresent() && min.getAsDouble() > max.getAsDouble()) {
      section.problem("min " + min.getAsDouble() + " is above max " + max.getAsDouble(), "");
    }
    return new Domain.FloatDomain(
        min, max, section.flag("disallowNan", true), section.flag("disallowInf", true));
  }

  private static Domain stringDomain(Section section) {
    Set<String> values = new LinkedHashSet<>(section.texts("values"));
    OptionalLong maxLength = section.section("maxLength").integer();
    return values.isEmpty() && maxLength.isEmpty()
        ? new Domain.Any()
        : new Domain.StringDomain(values, maxLength);
  }

  private static OptionalLong integer(Section section, String key) {
    Section bound = section.section(key);
    OptionalLong value = bound.integer();
    if (section.has(key) && value.isEmpty()) {
      bound.problem("the bound of INT must be a whole number of 64 bits", "");
    }
    return value;
  }

  private static OptionalDouble number(Section section, String key) {
    OptionalDouble value = section.number(key);
    if (section.has(key) && (value.isEmpty() || !Double.isFinite(value.getAsDouble()))) {
      section.section(key).problem("the bound of FLOAT must be a finite number", "");
    }
    return value;
  }

  private static OptionalLong time(Section section, String key) {
    OptionalLong value = section.text(key).map(DomainReader::micros).orElseGet(OptionalLong::empty);
    if (section.has(key) && value.isEmpty()) {
      section
          .section(key)
          .problem(
              "the bound of TIMESTAMP must be ISO-8601",
              "write it as 2001-01-31 or 2001-01-31T12:00:00Z");
    }
    return value;
  }

  private static OptionalLong micros(String text) {
    try {
      return OptionalLong.of(IsoTime.micros(text));
    } catch (DateTimeException | ArithmeticException e) {
      return OptionalLong.empty();
    }
  }

  private static void checkOrder(Section section, OptionalLong min, OptionalLong max) {
    if (min.isPresent() && max.isPresent() && min.getAsLong() > max.getAsLong()) {
      section.problem("min " + section.shown("min") + " is above max " + section.shown("max"), "");
    }
  }

  private static void refuseOthers(Scalar type, Section section) {
    List<String> allowed =
        switch (type) {
          case INT, TIMESTAMP -> List.of("min", "max");
          case FLOAT -> List.of("min", "max", "disallowNan", "disallowInf");
          case BOOL -> List.of();
          case STRING -> List.of("values", "maxLength");
        };
    List<String> known = List.of("min", "max", "values", "maxLength", "disallowNan", "disallowInf");
    section
        .entries()
        .forEach(
            (key, entry) -> {
              if (known.contains(key) && !allowed.contains(key)) {
                entry.problem(
                    "does not fit the type " + type,
                    allowed.isEmpty()
                        ? type + " has no domain"
                        : type + " may have " + String.join(", ", allowed));
              }
            });
  }
}
