package io.millrace.validator.checks;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Domain;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.pipeline.Stream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** Events of a stream with an id, a time {@code at}, and the fields of the test. */
final class Readings {
  static final Instant NOW = Instant.parse("2026-01-10T00:00:00Z");

  /** 2001-01-01T00:00:00Z. */
  static final long AT = 978_307_200_000_000L;

  private Readings() {}

  static Field field(String name, Scalar type, Domain domain) {
    return new Field(name, FieldType.of(type), false, domain, 0, Integer.MAX_VALUE);
  }

  static Field required(Field field) {
    return new Field(
        field.name(), field.type(), true, field.domain(), field.minValues(), field.maxValues());
  }

  static Field list(Field field, int min, int max) {
    return new Field(
        field.name(),
        new FieldType(field.type().scalar(), true),
        field.required(),
        field.domain(),
        min,
        max);
  }

  static Map<String, Object> event(@Nullable String id, @Nullable Long at) {
    Map<String, Object> values = new HashMap<>();
    values.put("id", id);
    values.put("at", at);
    return values;
  }

  static Map<String, Object> values(String name, @Nullable Object value) {
    Map<String, Object> values = event("1", AT);
    values.put(name, value);
    return values;
  }

  static List<ErrorCode> codes(List<Field> fields, Map<String, Object> values) {
    return switch (verdict(fields, values)) {
      case Verdict.Valid valid -> List.of();
      case Verdict.Invalid invalid -> invalid.violations().stream().map(Violation::code).toList();
    };
  }

  static Verdict verdict(List<Field> fields, Map<String, Object> values) {
    Map<String, Field> all = new LinkedHashMap<>();
    all.put("id", field("id", Scalar.STRING, new Domain.Any()));
    all.put("at", field("at", Scalar.TIMESTAMP, new Domain.Any()));
    fields.forEach(field -> all.put(field.name(), field));
    Stream stream =
        new Stream(
            "readings",
            Stream.Role.EXAMPLE,
            "id",
            "at",
            all,
            Duration.ofMinutes(5),
            Duration.ofDays(7),
            Optional.empty(),
            Optional.empty());
    return EventChecks.of(stream, Set.of(), InstantSource.fixed(NOW))
        .check(new Row(new ArrayList<>(all.keySet()).stream().map(values::get).toArray()));
  }

  /** A record by position, without a schema: the checks need none. */
  private record Row(@Nullable Object[] values) implements IndexedRecord {
    @Override
    public void put(int i, Object value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public @Nullable Object get(int i) {
      return values[i];
    }

    @Override
    public org.apache.avro.Schema getSchema() {
      throw new UnsupportedOperationException();
    }
  }
}
