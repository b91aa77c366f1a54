package io.millrace.artifacts;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/** Turns a result's row, whose columns stand in the schema's order, into a record. */
final class RowReader {
  private final Schema schema;
  private final List<Column> columns;

  RowReader(Schema schema, List<Column> columns) {
    this.schema = schema;
    this.columns = columns;
  }

  GenericRecord read(ResultSet found) throws SQLException {
    GenericData.Record row = new GenericData.Record(schema);
    for (int i = 0; i < columns.size(); i++) {
      row.put(i, value(found, i + 1, columns.get(i)));
    }
    return row;
  }

  private static @Nullable Object value(ResultSet found, int index, Column column)
      throws SQLException {
    if (column.type().list()) {
      Array array = found.getArray(index);
      return array == null ? null : new ArrayList<>(Arrays.asList((Object[]) array.getArray()));
    }
    Object value =
        switch (column.type().scalar()) {
          case INT, TIMESTAMP -> found.getLong(index);
          case FLOAT -> found.getDouble(index);
          case BOOL -> found.getBoolean(index);
          case STRING -> found.getString(index);
        };
    return found.wasNull() ? null : value;
  }
}
