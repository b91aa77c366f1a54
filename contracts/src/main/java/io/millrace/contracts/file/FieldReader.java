package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Domain;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
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
              return new Field(name, new FieldType(scalar, list), required, domain, min, max);
            });
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
