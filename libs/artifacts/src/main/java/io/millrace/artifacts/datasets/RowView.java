package io.millrace.artifacts.datasets;

import io.millrace.artifacts.DuckDb;
import io.millrace.artifacts.LocalFile;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Collectors;

/** Makes the rows of a manifest a view of DuckDB. */
final class RowView {
  private RowView() {}

  /**
   * A database with the view {@code all_rows}: the columns of the pipeline's rows, and {@code _id}
   * as text, {@code _key} as it is, {@code _time} in microseconds and {@code _eval}; and the view
   * {@code rows} of those that count. A column that a part does not have, because an earlier
   * version of the pipeline wrote it, is missing there; one whose name had another case is the
   * same.
   */
  static Connection open(
      Manifest manifest, RowColumns columns, List<LocalFile> parts, Reading reading)
      throws IOException {
    try {
      Connection connection = DuckDb.open(reading.memory(), reading.spill().toString());
      try (Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE no_rows (" + columns.declared() + ")");
        statement.execute(
            """
            CREATE VIEW all_rows AS
            SELECT %s, %s::VARCHAR AS _id, %s AS _key, epoch_us(%s) AS _time, %s AS _eval
            FROM (
              SELECT * FROM no_rows
              UNION ALL BY NAME
              SELECT COLUMNS(c -> lower(c) IN (%s)) FROM read_parquet([%s], union_by_name = true))
            WHERE epoch_us(%s) > %d AND epoch_us(%s) <= %d
            """
                .formatted(
                    columns.values(),
                    columns.id(),
                    columns.id(),
                    columns.time(),
                    manifest
                        .split()
                        .sql(columns.id() + "::VARCHAR", "epoch_us(" + columns.time() + ")"),
                    names(columns),
                    files(parts),
                    columns.time(),
                    manifest.from(),
                    columns.time(),
                    manifest.to()));
        statement.execute(
            "CREATE VIEW rows AS FROM all_rows"
                + (manifest.completeOnly() ? " WHERE _incomplete IS NOT true" : ""));
        return connection;
      } catch (SQLException e) {
        connection.close();
        throw e;
      }
    } catch (SQLException e) {
      throw new IOException("could not open the rows of " + manifest.pipeline(), e);
    }
  }

  private static String files(List<LocalFile> parts) {
    return parts.stream()
        .map(part -> DuckDb.literal(part.path().toString()))
        .collect(Collectors.joining(", "));
  }

  private static String names(RowColumns columns) {
    StringJoiner names = new StringJoiner(", ");
    columns
        .types()
        .keySet()
        .forEach(name -> names.add(DuckDb.literal(name.toLowerCase(Locale.ROOT))));
    return names.toString();
  }
}
