package io.millrace.local.replay.files;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.local.terminal.CommandFailedException;
import io.millrace.local.terminal.Progress;
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
import java.util.function.LongFunction;
import org.duckdb.DuckDBConnection;

/** The files of a replay in one DuckDB of bounded memory, which sorts on disk what is larger. */
public final class EventFiles implements AutoCloseable {
  private static final String MEMORY = "512MB";

  private final List<Connection> connections = new ArrayList<>();
  private final DuckDBConnection duck;
  private final List<EventTable> tables = new ArrayList<>();

  /**
   * Opens the files and checks every record and every value.
   *
   * @param spill a folder for what does not fit into memory
   * @param progress of reading so many KiB
   * @throws CommandFailedException naming file, line and field, when a record is not whole, a value
   *     does not fit, or no event has a value that every event must have
   */
  public EventFiles(
      List<StreamFile> files,
      Pipeline pipeline,
      Dialect dialect,
      Path spill,
      LongFunction<Progress> progress) {
    this.duck = open(spill);
    EventLoader loader = new EventLoader(duck, progress);
    try {
      for (StreamFile file : files) {
        EventTable table = read(file, dialect, loader);
        Completeness.require(table, pipeline);
        tables.add(table);
      }
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private DuckDBConnection open(Path spill) {
    try {
      Files.createDirectories(spill);
      Properties streaming = new Properties();
      streaming.setProperty("jdbc_stream_results", "true");
      DuckDBConnection opened =
          DriverManager.getConnection("jdbc:duckdb:", streaming).unwrap(DuckDBConnection.class);
      connections.add(opened);
      try (Statement statement = opened.createStatement()) {
        statement.execute("SET memory_limit = '" + MEMORY + "'");
        statement.execute("SET temp_directory = " + Sql.text(spill.toString()));
        statement.execute("SET threads = 2");
        statement.execute("SET TimeZone = 'UTC'");
      }
      return opened;
    } catch (SQLException | IOException e) {
      throw new IllegalStateException("DuckDB could not be started", e);
    }
  }

  private EventTable read(StreamFile file, Dialect dialect, EventLoader loader) {
    if (file.format() == StreamFile.Format.PARQUET) {
      return ParquetFile.of(duck, file).table(duck, this::another, loader);
    }
    try (TextFile text = new TextFile(file.path());
        Records records =
            file.format() == StreamFile.Format.CSV
                ? new CsvRecords(file, text, dialect)
                : new JsonRecords(file, text)) {
      return loader.load(file, records, text::bytesRead);
    }
  }

  /** What the files hold, in their order. */
  public List<EventTable> tables() {
    return List.copyOf(tables);
  }

  /** All events of the range. */
  public long count(TimeRange range) {
    return tables.stream().mapToLong(table -> table.count(duck, range)).sum();
  }

  /** The events of the range in the order of their times. */
  public EventMerge merged(TimeRange range) {
    List<EventCursor> cursors = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      cursors.add(new EventCursor(another(), i, tables.get(i), range));
    }
    return new EventMerge(cursors);
  }

  /** A streaming result holds its connection. */
  private Connection another() {
    try {
      Connection connection = duck.duplicate();
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
