package io.millrace.local.replay;

import io.millrace.contracts.pipeline.Field;
import io.millrace.local.terminal.CommandFailedException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The events of one file, as a query of DuckDB. */
final class EventTable {
  private final StreamFile file;
  private final TimeRange range;
  private final Map<String, String> columns;
  private final Map<String, Conversion> conversions = new LinkedHashMap<>();

  private EventTable(StreamFile file, TimeRange range, Map<String, String> columns) {
    this.file = file;
    this.range = range;
    this.columns = columns;
    for (Field field : file.stream().fieldList()) {
      conversions.put(field.name(), conversion(field));
    }
  }

  static EventTable of(Connection duck, StreamFile file, TimeRange range) {
    return new EventTable(file, range, columns(duck, file));
  }

  StreamFile file() {
    return file;
  }

  /** Columns of the file that the pipeline does not name; they are left out. */
  Set<String> unnamed() {
    Set<String> unnamed = new TreeSet<>(columns.keySet());
    unnamed.removeAll(file.stream().fields().keySet());
    return unnamed;
  }

  /** Fields that the file has no column for; they are missing in every event. */
  Set<String> absent() {
    Set<String> absent = new TreeSet<>(file.stream().fields().keySet());
    absent.removeAll(columns.keySet());
    return absent;
  }

  /**
   * Refuses a file with a value that does not fit its field.
   *
   * @throws CommandFailedException naming file, row and field
   */
  void requireFitting(Connection duck) {
    for (Field field : file.stream().fieldList()) {
      Conversion conversion = conversions.getOrDefault(field.name(), Conversion.total("NULL"));
      if (!conversion.total()) {
        requireFitting(duck, field, conversion);
      }
    }
  }

  private void requireFitting(Connection duck, Field field, Conversion conversion) {
    String x = Sql.name(field.name());
    String query =
        "SELECT _row, CAST(%1$s AS VARCHAR) FROM (%2$s) WHERE %1$s IS NOT NULL AND (%3$s) IS NULL ORDER BY _row LIMIT 1"
            .formatted(x, numbered(), conversion.expression());
    try (Statement statement = duck.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      if (found.next()) {
        throw new CommandFailedException(
            "%s row %d: field %s is of type %s, which %s does not fit; nothing was sent"
                .formatted(
                    file.path(),
                    found.getLong(1),
                    field.name(),
                    field.type(),
                    shortened(found.getString(2))));
      }
    } catch (SQLException e) {
      throw unreadable(file, e);
    }
  }

  /** How many events there are in the range. */
  long count(Connection duck) {
    try (Statement statement = duck.createStatement();
        ResultSet count =
            statement.executeQuery("SELECT count(*) FROM (" + converted() + ") " + where())) {
      count.next();
      return count.getLong(1);
    } catch (SQLException e) {
      throw unreadable(file, e);
    }
  }

  /** The fields of the events in order of time, then id; events without a time come first. */
  String ordered() {
    return "SELECT * FROM (%s) %s ORDER BY %s NULLS FIRST, %s NULLS FIRST"
        .formatted(
            converted(), where(), Sql.name(file.stream().time()), Sql.name(file.stream().id()));
  }

  private String converted() {
    List<String> fields = new ArrayList<>();
    conversions.forEach(
        (name, conversion) -> fields.add("(" + conversion.expression() + ") AS " + Sql.name(name)));
    return "SELECT " + String.join(", ", fields) + " FROM " + scan(file, "");
  }

  private String where() {
    return range.where(Sql.name(file.stream().time()));
  }

  private String numbered() {
    return switch (file.format()) {
      case PARQUET ->
          "SELECT *, file_row_number + 1 AS _row FROM " + scan(file, ", file_row_number = true");
      case CSV, JSON -> "SELECT *, row_number() OVER () AS _row FROM " + scan(file, "");
    };
  }

  private Conversion conversion(Field field) {
    String columnType = columns.get(field.name());
    if (columnType == null) {
      return Conversion.total("NULL");
    }
    String x = Sql.name(field.name());
    return switch (file.format()) {
      case PARQUET -> Conversions.typed(field.type(), x, columnType);
      case CSV -> Conversions.text(field.type(), x);
      case JSON -> Conversions.json(field.type(), x);
    };
  }

  private String scan(StreamFile of, String more) {
    if (of.format() != StreamFile.Format.JSON) {
      return reader(of, more);
    }
    List<String> asJson = new ArrayList<>();
    for (Field field : of.stream().fieldList()) {
      asJson.add(Sql.name(field.name()) + ": 'JSON'");
    }
    return reader(of, ", columns = {" + String.join(", ", asJson) + "}");
  }

  private static String reader(StreamFile file, String more) {
    String path = Sql.text(file.path().toString());
    return switch (file.format()) {
      case PARQUET -> "read_parquet(" + path + more + ")";
      case CSV ->
          "read_csv(" + path + ", header = true, all_varchar = true, allow_quoted_nulls = false)";
      case JSON -> "read_json(" + path + ", format = 'auto'" + more + ")";
    };
  }

  private static Map<String, String> columns(Connection duck, StreamFile file) {
    Map<String, String> columns = new LinkedHashMap<>();
    try (Statement statement = duck.createStatement();
        ResultSet described =
            statement.executeQuery("DESCRIBE SELECT * FROM " + reader(file, ""))) {
      while (described.next()) {
        columns.put(described.getString(1), described.getString(2));
      }
      return columns;
    } catch (SQLException e) {
      throw unreadable(file, e);
    }
  }

  static CommandFailedException unreadable(StreamFile file, SQLException e) {
    String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    return new CommandFailedException(file.path() + " cannot be read: " + message, e);
  }

  private static String shortened(String value) {
    return "'" + (value.length() <= 60 ? value : value.substring(0, 60) + "…") + "'";
  }
}
