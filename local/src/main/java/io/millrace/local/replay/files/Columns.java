package io.millrace.local.replay.files;

import io.millrace.contracts.pipeline.FieldType;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Values of DuckDB's columns as the data plane has them. */
final class Columns {
  private Columns() {}

  /** Long, Double, Boolean, String or a list of one of them; null where missing. */
  static @Nullable Object value(ResultSet rows, int column, FieldType type) throws SQLException {
    if (type.list()) {
      Array array = rows.getArray(column);
      return array == null ? null : Arrays.asList((Object[]) array.getArray());
    }
    Object value =
        switch (type.scalar()) {
          case INT, TIMESTAMP -> rows.getLong(column);
          case FLOAT -> rows.getDouble(column);
          case BOOL -> rows.getBoolean(column);
          case STRING -> rows.getString(column);
        };
    return rows.wasNull() ? null : value;
  }
}
