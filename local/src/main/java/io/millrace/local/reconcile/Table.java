package io.millrace.local.reconcile;

import java.sql.SQLException;
import org.duckdb.DuckDBAppender;
import org.jspecify.annotations.Nullable;

/** A table that is only added to. */
public final class Table implements AutoCloseable {
  private final DuckDBAppender appender;

  public Table(Duck duck, String name, String columns) {
    duck.execute("CREATE TABLE " + name + " (" + columns + ")");
    this.appender = duck.appender(name);
  }

  /** Values in the order of the columns: Long, Integer, Double, Boolean, String or null. */
  public void add(@Nullable Object... values) {
    try {
      appender.beginRow();
      for (Object value : values) {
        switch (value) {
          case null -> appender.appendNull();
          case Long number -> appender.append(number.longValue());
          case Integer number -> appender.append(number.intValue());
          case Double number -> appender.append(number.doubleValue());
          case Boolean flag -> appender.append(flag.booleanValue());
          default -> appender.append(value.toString());
        }
      }
      appender.endRow();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public void flush() {
    try {
      appender.flush();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      appender.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
