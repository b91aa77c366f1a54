package io.millrace.local.replay.files;

import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.time.EventTimes;
import io.millrace.contracts.values.Converted;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Progress;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** Loads records into a table of DuckDB, each value in its field's type. */
final class EventLoader {
  private static final int RECORDS_A_STEP = 10_000;

  private final DuckDBConnection duck;
  private final LongFunction<Progress> progress;
  private int tables;

  /**
   * @param progress of reading so many KiB
   */
  EventLoader(DuckDBConnection duck, LongFunction<Progress> progress) {
    this.duck = duck;
    this.progress = progress;
  }

  /**
   * @param bytesRead how much of the file the records have taken so far
   * @throws CommandFailedException naming file, line and field, when a value does not fit its field
   */
  EventTable load(StreamFile file, Records records, LongSupplier bytesRead) {
    String table = "events" + tables++;
    try (Statement statement = duck.createStatement();
        Progress shown = progress.apply(file.size() >> 10)) {
      statement.execute("CREATE TABLE %s (%s)".formatted(table, columns(file)));
      long loaded = append(table, file, records, new Steps(shown, bytesRead));
      EventTable read =
          EventTable.of(duck, file, table, records.named(), records.unnamed(), records.blank());
      if (read.rows() != loaded) {
        throw new IllegalStateException(
            "%s: %d rows were read, %d loaded".formatted(file.path(), loaded, read.rows()));
      }
      return read;
    } catch (SQLException e) {
      throw file.unreadable(e);
    }
  }

  private long append(String table, StreamFile file, Records records, Steps steps)
      throws SQLException {
    List<Field> fields = file.stream().fieldList();
    int time = fields.indexOf(file.stream().timeField());
    long count = 0;
    try (DuckDBAppender appender = duck.createAppender(table)) {
      while (records.next()) {
        appender.beginRow();
        for (int i = 0; i < fields.size(); i++) {
          switch (records.value(i)) {
            case Converted.Missing missing -> appender.appendNull();
            case Converted.Value value -> {
              if (i == time && !EventTimes.contain((Long) value.value())) {
                throw file.noEventTime(records.place(), (Long) value.value());
              }
              append(appender, value.value());
            }
            case Converted.WrongForm wrong ->
                throw new CommandFailedException(
                    "%s %s: field %s: %s; nothing was sent"
                        .formatted(
                            file.path(), records.place(), fields.get(i).name(), wrong.message()));
          }
        }
        appender.endRow();
        if (++count % RECORDS_A_STEP == 0) {
          steps.at(count);
        }
      }
    }
    return count;
  }

  private static void append(DuckDBAppender appender, Object value) throws SQLException {
    switch (value) {
      case Long number -> appender.append(number.longValue());
      case Double number -> appender.append(number.doubleValue());
      case Boolean bool -> appender.append(bool.booleanValue());
      case String text -> appender.append(text);
      case List<?> list -> appender.append(list);
      default -> throw new IllegalStateException("a value of " + value.getClass());
    }
  }

  private static String columns(StreamFile file) {
    List<String> columns = new ArrayList<>();
    for (Field field : file.stream().fieldList()) {
      columns.add(EventTable.column(columns.size()) + " " + sqlType(field.type()));
    }
    return String.join(", ", columns);
  }

  static String sqlType(FieldType type) {
    String scalar =
        switch (type.scalar()) {
          case INT, TIMESTAMP -> "BIGINT";
          case FLOAT -> "DOUBLE";
          case BOOL -> "BOOLEAN";
          case STRING -> "VARCHAR";
        };
    return type.list() ? scalar + "[]" : scalar;
  }

  /** Tells the progress how far the file is. */
  private static final class Steps {
    private final Progress progress;
    private final LongSupplier bytesRead;
    private long told;

    Steps(Progress progress, LongSupplier bytesRead) {
      this.progress = progress;
      this.bytesRead = bytesRead;
    }

    void at(long records) {
      long kib = bytesRead.getAsLong() >> 10;
      progress.step(kib - told);
      told = kib;
      progress.note("KiB · %,d records".formatted(records));
    }
  }
}
