package io.millrace.artifacts;

import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * One field of a record as a column.
 *
 * <p>DuckDB holds a timestamp as its microseconds until it is written: a cast from text or from a
 * Java date would go through the session's or the JVM's time zone.
 */
record Column(String name, FieldType type, boolean nullable) {

  static List<Column> of(Schema record) {
    List<Column> columns = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (Schema.Field field : record.getFields()) {
      if (!names.add(field.name().toLowerCase(Locale.ROOT))) {
        throw new IllegalArgumentException(
            "%s: field %s differs from another only by case, which SQL readers cannot tell apart"
                .formatted(record.getFullName(), field.name()));
      }
      Schema value = withoutNull(field.schema());
      boolean list = value.getType() == Schema.Type.ARRAY;
      Schema element = list ? withoutNull(value.getElementType()) : value;
      columns.add(
          new Column(
              field.name(),
              new FieldType(scalar(record, field, element), list),
              field.schema().isNullable()));
    }
    return columns;
  }

  /** The type of the column while it is in DuckDB. */
  String sqlType() {
    String element =
        switch (type.scalar()) {
          case INT, TIMESTAMP -> "BIGINT";
          case FLOAT -> "DOUBLE";
          case BOOL -> "BOOLEAN";
          case STRING -> "VARCHAR";
        };
    return element + (type.list() ? "[]" : "") + (nullable ? "" : " NOT NULL");
  }

  /** The expression that turns what DuckDB holds into what the file holds. */
  String toFile(String held) {
    if (type.scalar() != Scalar.TIMESTAMP) {
      return held;
    }
    return type.list()
        ? "list_transform(" + held + ", lambda x: make_timestamp(x)::TIMESTAMPTZ)"
        : "make_timestamp(" + held + ")::TIMESTAMPTZ";
  }

  /** The inverse of {@link #toFile}. */
  String fromFile() {
    if (type.scalar() != Scalar.TIMESTAMP) {
      return quotedName();
    }
    return type.list()
        ? "list_transform(" + quotedName() + ", lambda x: epoch_us(x))"
        : "epoch_us(" + quotedName() + ")";
  }

  String quotedName() {
    return DuckDb.name(name);
  }

  private static Schema withoutNull(Schema schema) {
    if (!schema.isUnion()) {
      return schema;
    }
    List<Schema> members =
        schema.getTypes().stream().filter(s -> s.getType() != Schema.Type.NULL).toList();
    return members.size() == 1 ? members.get(0) : schema;
  }

  private static Scalar scalar(Schema record, Schema.Field field, Schema element) {
    return switch (element.getType()) {
      case LONG ->
          element.getLogicalType() instanceof LogicalTypes.TimestampMicros
              ? Scalar.TIMESTAMP
              : Scalar.INT;
      case DOUBLE -> Scalar.FLOAT;
      case BOOLEAN -> Scalar.BOOL;
      case STRING -> Scalar.STRING;
      default ->
          throw new IllegalArgumentException(
              "%s.%s has no Parquet type: %s"
                  .formatted(record.getFullName(), field.name(), element));
    };
  }
}
