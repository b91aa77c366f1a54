package io.millrace.artifacts;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/** Connections to an in-memory DuckDB whose results depend on nothing but its input. */
public final class DuckDb {
  private DuckDb() {}

  /** One thread, because sums and row order differ in the last bits with more; UTC everywhere. */
  public static Connection open(String memoryLimit, String spillFolder) throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("threads", "1");
    settings.setProperty("memory_limit", memoryLimit);
    settings.setProperty("temp_directory", spillFolder);
    settings.setProperty("preserve_insertion_order", "true");
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    settings.setProperty("jdbc_stream_results", "true");
    Connection connection = DriverManager.getConnection("jdbc:duckdb:", settings);
    try (var statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  /** A text as SQL writes it. */
  public static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** A name as SQL writes it. */
  public static String name(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
