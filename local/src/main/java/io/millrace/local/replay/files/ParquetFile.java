package io.millrace.local.replay.files;

import com.google.common.base.Ascii;
import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.time.EventTimes;
import io.millrace.local.terminal.CommandFailedException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * A file of Parquet.
 *
 * @param columns the types, as DuckDB calls them, by name
 */
record ParquetFile(StreamFile file, Map<String, String> columns) {
  private static final int SHOWN = 60;

  static ParquetFile of(Connection duck, StreamFile file) {
    Map<String, String> columns = new LinkedHashMap<>();
    try (Statement statement = duck.createStatement();
        ResultSet described = statement.executeQuery("DESCRIBE SELECT * FROM " + scan(file, ""))) {
      while (described.next()) {
        columns.put(described.getString(1), described.getString(2));
      }
      return new ParquetFile(file, columns);
    } catch (SQLException e) {
      throw file.unreadable(e);
    }
  }

  /**
   * DuckDB reads it where each column has a type; text that is to be another type is loaded, so
   * that it is read as everywhere.
   *
   * @param another gives a connection to read from while the first one loads
   * @throws CommandFailedException naming file, row and field, when a value does not fit its field
   */
  EventTable table(Connection duck, Supplier<Connection> another, EventLoader loader) {
    file.stream().fieldList().forEach(field -> requireFitting(duck, field));
    if (!isText(file.stream().timeField())) {
      requireEventTimes(duck);
    }
    if (file.stream().fieldList().stream().anyMatch(this::isText)) {
      try (ParquetRecords records = new ParquetRecords(this, another.get())) {
        return loader.load(file, records, file::size);
      }
    }
    return EventTable.of(
        duck,
        file,
        "(SELECT " + converted() + " FROM " + scan(file, "") + ")",
        named(),
        unnamed(),
        0);
  }

  /** The fields' values in their types, or as the text that they are, and the number of the row. */
  String numbered() {
    return "SELECT %s, file_row_number + 1 FROM %s"
        .formatted(converted(), scan(file, ", file_row_number = true"));
  }

  /** Whether the field's column is text that is still to be read. */
  boolean isText(Field field) {
    return Conversions.isText(field.type(), columns.getOrDefault(field.name(), ""));
  }

  Set<String> named() {
    Set<String> named = new HashSet<>(columns.keySet());
    named.retainAll(file.stream().fields().keySet());
    return named;
  }

  List<String> unnamed() {
    return columns.keySet().stream()
        .filter(name -> !file.stream().fields().containsKey(name))
        .toList();
  }

  private String converted() {
    List<String> converted = new ArrayList<>();
    for (Field field : file.stream().fieldList()) {
      converted.add(
          "(%s) AS %s"
              .formatted(conversion(field).expression(), EventTable.column(converted.size())));
    }
    return String.join(", ", converted);
  }

  private Conversion conversion(Field field) {
    String columnType = columns.get(field.name());
    if (columnType == null) {
      return Conversion.total("NULL::" + EventLoader.sqlType(field.type()));
    }
    String x = Sql.name(field.name());
    return isText(field)
        ? Conversion.total(x)
        : Conversions.typed(field.type(), field.notation().unit(), x, columnType);
  }

  private void requireFitting(Connection duck, Field field) {
    Conversion conversion = conversion(field);
    if (conversion.total()) {
      return;
    }
    String x = Sql.name(field.name());
    String misfit = "%s IS NOT NULL AND (%s) IS NULL".formatted(x, conversion.expression());
    first(duck, x, misfit)
        .ifPresent(
            found -> {
              throw new CommandFailedException(
                  "%s row %d: field %s: expected %s, got %s '%s'; nothing was sent"
                      .formatted(
                          file.path(),
                          found.row(),
                          field.name(),
                          field.type(),
                          columns.get(field.name()),
                          Ascii.truncate(found.value(), SHOWN, "…")));
            });
  }

  private void requireEventTimes(Connection duck) {
    String time = "(" + conversion(file.stream().timeField()).expression() + ")";
    String bounds = " NOT BETWEEN %d AND %d".formatted(EventTimes.EARLIEST, EventTimes.LATEST);
    first(duck, time, time + bounds)
        .ifPresent(
            found -> {
              throw file.noEventTime("row " + found.row(), Long.parseLong(found.value()));
            });
  }

  /** The first row for which a condition holds, with what an expression is there. */
  private Optional<Found> first(Connection duck, String value, String condition) {
    String query =
        "SELECT file_row_number + 1, CAST(%s AS VARCHAR) FROM %s WHERE %s ORDER BY 1 LIMIT 1"
            .formatted(value, scan(file, ", file_row_number = true"), condition);
    try (Statement statement = duck.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      return found.next()
          ? Optional.of(new Found(found.getLong(1), found.getString(2)))
          : Optional.empty();
    } catch (SQLException e) {
      throw file.unreadable(e);
    }
  }

  private record Found(long row, String value) {}

  private static String scan(StreamFile file, String more) {
    String onlyThis = file.path().toString().replaceAll("([\\[*?])", "[$1]"); // no pattern
    return "read_parquet(" + Sql.text(onlyThis) + more + ")";
  }
}
