package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Domain;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.time.EpochUnit;
import io.millrace.contracts.time.TimeFormat;
import io.millrace.contracts.time.TimeNotation;
import java.util.List;
import java.util.Optional;

/** Reads one field of a stream. */
final class FieldReader {
  private FieldReader() {}

  /**
   * The field, empty when its type is not known.
   *
   * @param key whether it is the stream's id or time, without which an event is none
   */
  static Optional<Field> read(String name, Section section, boolean key) {
    return section
        .choice("type", Scalar.class)
        .map(
            scalar -> {
              boolean list = section.flag("list", false);
              Section counts = section.section("valueCount");
              int min = count(counts, "min", list ? 0 : 1);
              int max = count(counts, "max", list ? Integer.MAX_VALUE : 1);
              if (!list && section.has("valueCount")) {
                counts.problem("only a list has a count of values", "add list: true");
              } else if (min > max) {
                counts.problem("min " + min + " is above max " + max, "");
              }
              Domain domain = DomainReader.read(scalar, section.section("domain"));
              boolean required = required(section, key);
              return new Field(
                  name,
                  new FieldType(scalar, list),
                  required,
                  domain,
                  min,
                  max,
                  notation(scalar, section));
            });
  }

  private static TimeNotation notation(Scalar scalar, Section section) {
    for (String key : List.of("unit", "format")) {
      if (section.has(key) && scalar != Scalar.TIMESTAMP) {
        section.section(key).problem("only a TIMESTAMP has a " + key, "leave it out");
      }
    }
    TimeNotation notation =
        new TimeNotation(
            section.choice("unit", EpochUnit.class),
            section.text("format").flatMap(pattern -> format(pattern, section.section("format"))));
    if (notation.unit().isPresent()
        && notation.format().filter(TimeFormat::isOfDigits).isPresent()) {
      section
          .section("format")
          .problem("with a unit, a text of digits is a number", "leave out unit or format");
    }
    return notation;
  }

  private static Optional<TimeFormat> format(String pattern, Section where) {
    try {
      return Optional.of(new TimeFormat(pattern));
    } catch (IllegalArgumentException e) {
      where.problem(
          "\"%s\" is no format of a time: %s".formatted(pattern, e.getMessage()),
          "such as dd/MM/uuuu HH:mm:ss (uuuu is the year)");
      return Optional.empty();
    }
  }

  private static int count(Section counts, String key, int absent) {
    return (int) Math.clamp(counts.integer(key, absent), 0, Integer.MAX_VALUE);
  }

  private static boolean required(Section section, boolean key) {
    Section fraction = section.section("presence").section("minFraction");
    double share = section.section("presence").number("minFraction").orElse(key ? 1 : 0);
    if (share > 0 && share < 1) {
      fraction.problem(
          "a share between 0 and 1 can't be judged on one event, only on a window of them",
          "use 0 (may be missing) or 1 (must be there)");
    } else if (key && share == 0) {
      fraction.problem("the id and the time of a stream are always required", "leave it out");
    }
    return share == 1;
  }
}
