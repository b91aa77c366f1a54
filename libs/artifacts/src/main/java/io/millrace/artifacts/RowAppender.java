package io.millrace.artifacts;

import java.sql.SQLException;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.apache.avro.generic.IndexedRecord;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/** Puts records into a table without a statement per row. */
final class RowAppender {
  private RowAppender() {}

  static void append(
      DuckDBConnection connection,
      String table,
      List<Column> columns,
      Iterator<? extends IndexedRecord> rows)
      throws SQLException {
    try (DuckDBAppender appender =
        connection.createAppender(DuckDBConnection.DEFAULT_SCHEMA, table)) {
      while (rows.hasNext()) {
        IndexedRecord row = rows.next();
        appender.beginRow();
        for (int i = 0; i < columns.size(); i++) {
          appendValue(appender, columns.get(i), row.get(i));
        }
        appender.endRow();
      }
    }
  }

  private static void appendValue(DuckDBAppender appender, Column column, @Nullable Object value)
      throws SQLException {
    if (value == null) {
      if (!column.nullable()) {
        throw new IllegalArgumentException("no value for field " + column.name());
      }
      appender.appendNull();
    } else if (column.type().list()) {
      appender.append(elements(column, (Collection<?>) value));
    } else {
      switch (column.type().scalar()) {
        case INT, TIMESTAMP -> appender.append(((Long) value).longValue());
        case FLOAT -> appender.append(((Double) value).doubleValue());
        case BOOL -> appender.append(((Boolean) value).booleanValue());
        case STRING -> appender.append(value.toString());
      }
    }
  }

  private static Collection<?> elements(Column column, Collection<?> values) {
    return switch (column.type().scalar()) {
      case INT, TIMESTAMP, FLOAT, BOOL -> values;
      case STRING ->
          values.stream()
              .map(text -> text == null ? null : Objects.toString(text))
              .collect(Collectors.toList());
    };
  }
}
