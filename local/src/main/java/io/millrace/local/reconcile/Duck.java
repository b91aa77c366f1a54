package io.millrace.local.reconcile;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** An in-memory DuckDB of at most 1 GB, one thread. */
public final class Duck implements AutoCloseable {
  private final Connection connection;

  /** How a result's row becomes a value. */
  public interface RowMapper<T> {
    T map(ResultSet row) throws SQLException;
  }

  public Duck() {
    Properties settings = new Properties();
    settings.setProperty("threads", "1");
    settings.setProperty("memory_limit", "1GB");
    settings.setProperty("temp_directory", System.getProperty("java.io.tmpdir") + "/millrace-duck");
    try {
      this.connection = DriverManager.getConnection("jdbc:duckdb:", settings);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    execute("SET TimeZone = 'UTC'");
  }

  public void execute(String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  public <T> List<T> query(String sql, RowMapper<T> mapper) {
    List<T> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        found.add(mapper.map(rows));
      }
      return found;
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  public long number(String sql) {
    return query(sql, row -> row.getLong(1)).get(0);
  }

  DuckDBAppender appender(String table) {
    try {
      return connection
          .unwrap(DuckDBConnection.class)
          .createAppender(DuckDBConnection.DEFAULT_SCHEMA, table);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  public static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
