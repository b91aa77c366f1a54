package io.millrace.local.replay;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.duckdb.DuckDBConnection;

/** The files of a replay in one DuckDB of bounded memory, which sorts on disk what is larger. */
final class EventFiles implements AutoCloseable {
  private static final String MEMORY = "512MB";

  private final List<Connection> connections = new ArrayList<>();
  private final Connection duck;
  private final List<EventTable> tables = new ArrayList<>();

  /**
   * Opens the files and checks that every value fits its field.
   *
   * @param spill a folder for what does not fit into memory
   */
  EventFiles(List<StreamFile> files, TimeRange range, Path spill) {
    try {
      Files.createDirectories(spill);
      Properties streaming = new Properties();
      streaming.setProperty("jdbc_stream_results", "true");
      this.duck = DriverManager.getConnection("jdbc:duckdb:", streaming);
      connections.add(duck);
      try (Statement statement = duck.createStatement()) {
        statement.execute("SET memory_limit = '" + MEMORY + "'");
        statement.execute("SET temp_directory = " + Sql.text(spill.toString()));
        statement.execute("SET threads = 2");
        statement.execute("SET TimeZone = 'UTC'");
      }
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("DuckDB could not be started", e);
    }
    for (StreamFile file : files) {
      EventTable table = EventTable.of(duck, file, range);
      table.requireFitting(duck);
      tables.add(table);
    }
  }

  List<EventTable> tables() {
    return List.copyOf(tables);
  }

  /** All events of the range. */
  long count() {
    return tables.stream().mapToLong(table -> table.count(duck)).sum();
  }

  EventMerge merged() {
    List<EventCursor> cursors = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      cursors.add(new EventCursor(another(), i, tables.get(i)));
    }
    return new EventMerge(cursors);
  }

  /** A streaming result holds its connection. */
  private Connection another() {
    try {
      Connection connection = duck.unwrap(DuckDBConnection.class).duplicate();
      connections.add(connection);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET TimeZone = 'UTC'");
      }
      return connection;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    for (Connection connection : connections.reversed()) {
      try {
        connection.close();
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
