package io.millrace.local.replay.files;

import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.Stream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the events of one file in order, a few at a time. */
final class EventCursor implements AutoCloseable {
  private final int index;
  private final StreamFile file;
  private final List<Field> fields;
  private final int idColumn;
  private final int timeColumn;
  private final Statement statement;
  private final ResultSet rows;

  EventCursor(Connection duck, int index, EventTable table, TimeRange range) {
    this.index = index;
    this.file = table.file();
    Stream stream = file.stream();
    this.fields = stream.fieldList();
    List<String> names = new ArrayList<>(stream.fields().keySet());
    this.idColumn = names.indexOf(stream.id());
    this.timeColumn = names.indexOf(stream.time());
    try {
      this.statement = duck.createStatement();
      this.rows = statement.executeQuery(table.ordered(range));
    } catch (SQLException e) {
      throw file.brokenOff(e);
    }
  }

  /** The next event; empty at the end. */
  Optional<Event> next() {
    try {
      if (!rows.next()) {
        return Optional.empty();
      }
      List<@Nullable Object> values = new ArrayList<>(fields.size());
      for (int i = 0; i < fields.size(); i++) {
        values.add(Columns.value(rows, i + 1, fields.get(i).type()));
      }
      Object id = values.get(idColumn);
      return Optional.of(
          new Event(
              index,
              (Long) values.get(timeColumn),
              id == null ? null : String.valueOf(id),
              values));
    } catch (SQLException e) {
      throw file.brokenOff(e);
    }
  }

  @Override
  public void close() {
    try {
      rows.close();
      statement.close();
    } catch (SQLException e) {
      throw file.brokenOff(e);
    }
  }
}
