package io.millrace.artifacts.datasets;

import io.millrace.artifacts.DuckDb;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.contracts.schema.TypeMapping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.StringJoiner;
import org.apache.avro.Schema;

/**
 * The columns of a pipeline's rows that are no lists.
 *
 * @param types by name, in the order of the record
 */
record RowColumns(Pipeline pipeline, SequencedMap<String, Scalar> types) {
  /** One of them. */
  record Typed(String name, Scalar type) {
    boolean isText() {
      return type == Scalar.STRING;
    }
  }

  static RowColumns of(Pipeline pipeline) {
    SequencedMap<String, Scalar> types = new LinkedHashMap<>();
    for (Schema.Field field : PipelineSchemas.of(pipeline).row().getFields()) {
      for (Scalar scalar : Scalar.values()) {
        Schema avro = TypeMapping.avro(FieldType.of(scalar));
        if (field.schema().equals(avro)
            || (field.schema().isUnion() && field.schema().getTypes().contains(avro))) {
          types.put(field.name(), scalar);
        }
      }
    }
    return new RowColumns(pipeline, types);
  }

  List<Typed> of(List<String> names) {
    return names.stream().map(this::of).toList();
  }

  Typed of(String name) {
    Scalar type = types.get(name);
    if (type == null) {
      throw new IllegalArgumentException(
          "the rows of " + pipeline.name() + " have no column " + name + " that is no list");
    }
    return new Typed(name, type);
  }

  /** Each of the names behind a comma. */
  String selected(List<String> names) {
    StringBuilder sql = new StringBuilder();
    of(names).forEach(column -> sql.append(", ").append(DuckDb.name(column.name())));
    return sql.toString();
  }

  /** Their names and types as the parts have them. */
  String declared() {
    StringJoiner sql = new StringJoiner(", ");
    for (Map.Entry<String, Scalar> column : types.entrySet()) {
      String type =
          switch (column.getValue()) {
            case INT -> "BIGINT";
            case FLOAT -> "DOUBLE";
            case BOOL -> "BOOLEAN";
            case STRING -> "VARCHAR";
            case TIMESTAMP -> "TIMESTAMPTZ";
          };
      sql.add(DuckDb.name(column.getKey()) + " " + type);
    }
    return sql.toString();
  }

  /**
   * Their values as batches have them: a missing string is empty, a missing number is null, a time
   * is microseconds.
   */
  String values() {
    StringJoiner sql = new StringJoiner(", ");
    types.forEach(
        (name, type) -> {
          String column = DuckDb.name(name);
          String value =
              switch (type) {
                case INT -> column;
                case FLOAT -> "CASE WHEN isnan(%1$s) THEN NULL ELSE %1$s END".formatted(column);
                case BOOL -> column + "::INTEGER";
                case STRING -> "coalesce(" + column + ", '')";
                case TIMESTAMP -> "epoch_us(" + column + ")";
              };
          sql.add(value + " AS " + column);
        });
    return sql.toString();
  }

  String id() {
    return DuckDb.name(pipeline.exampleStream().id());
  }

  String time() {
    return DuckDb.name(pipeline.exampleStream().time());
  }
}
