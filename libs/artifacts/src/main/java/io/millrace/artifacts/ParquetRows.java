package io.millrace.artifacts;

import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.time.TimeBounds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.IndexedRecord;
import org.duckdb.DuckDBConnection;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one Avro record schema as Parquet, by the type table: INT64, DOUBLE, BOOLEAN, UTF-8
 * BYTE_ARRAY, TIMESTAMP (microseconds, UTC) and LIST of these. Rows keep their order, and equal
 * rows give equal bytes.
 */
public final class ParquetRows {
  private static final String MEMORY_LIMIT = "512MB";

  private final Schema schema;
  private final List<Column> columns;

  /** Positions of those that hold times. */
  private final int[] times;

  /**
   * @throws IllegalArgumentException when a field has no Parquet type
   */
  public ParquetRows(Schema schema) {
    this.schema = schema;
    this.columns = Column.of(schema);
    this.times =
        IntStream.range(0, columns.size())
            .filter(i -> columns.get(i).type().scalar() == Scalar.TIMESTAMP)
            .toArray();
  }

  /**
   * What keeps a row from a file: a time that DuckDB's TIMESTAMP does not have. Empty for one that
   * can be written.
   *
   * @param row positions as in the schema
   */
  public Optional<String> fault(IndexedRecord row) {
    for (int i : times) {
      if (!isTime(row.get(i))) {
        return Optional.of(columns.get(i).name() + " is no time of the years 1 to 9999");
      }
    }
    return Optional.empty();
  }

  private static boolean isTime(@Nullable Object value) {
    return switch (value) {
      case Long micros -> TimeBounds.contain(micros);
      case Collection<?> values -> values.stream().allMatch(ParquetRows::isTime);
      case null, default -> true;
    };
  }

  /**
   * Writes one file, replacing any that is there.
   *
   * @param rows positions as in the schema; values as in the data plane, none with a {@link #fault}
   */
  public void write(Path file, Iterator<? extends IndexedRecord> rows) throws IOException {
    Files.deleteIfExists(file);
    try (Connection connection = DuckDb.open(MEMORY_LIMIT, file + ".spill");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE held (" + heldColumns() + ")");
      RowAppender.append(connection.unwrap(DuckDBConnection.class), "held", columns, rows);
      statement.execute(
          "COPY (SELECT %s FROM held) TO %s (FORMAT parquet, COMPRESSION zstd)"
              .formatted(fileColumns(), DuckDb.literal(file.toString())));
    } catch (SQLException e) {
      throw new IOException("could not write " + file, e);
    }
  }

  /**
   * Makes one file of the rows of several, by two columns in order, and those that are alike in
   * both by the order of the files and then of their rows; equal files in equal order give equal
   * bytes. A column that some have not is empty for their rows.
   *
   * @param memory how much it may take, as DuckDB writes it; what does not fit is spilled beside
   *     the target
   * @return how many rows the new file has
   */
  public static long merge(
      List<Path> files, Path target, String first, String second, String memory)
      throws IOException {
    Files.deleteIfExists(target);
    StringJoiner sources = new StringJoiner(", ");
    files.forEach(file -> sources.add(DuckDb.literal(file.toString())));
    String to = DuckDb.literal(target.toString());
    try (Connection connection = DuckDb.open(memory, target + ".spill");
        Statement statement = connection.createStatement()) {
      // DuckDB's own columns, which a field of that name hides
      statement.execute(
          """
          COPY (
            SELECT * FROM read_parquet([%s], union_by_name = true)
            ORDER BY %s, %s, file_index, file_row_number)
          TO %s (FORMAT parquet, COMPRESSION zstd)
          """
              .formatted(sources, DuckDb.name(first), DuckDb.name(second), to));
      try (ResultSet counted =
          statement.executeQuery("SELECT count(*) FROM read_parquet(%s)".formatted(to))) {
        counted.next();
        return counted.getLong(1);
      }
    } catch (SQLException e) {
      throw new IOException("could not merge %d files".formatted(files.size()), e);
    }
  }

  /** Reads one file in its order, by field name; values as in the data plane. */
  public void read(Path file, Consumer<GenericRecord> action) throws IOException {
    String query =
        "SELECT %s FROM read_parquet(%s)"
            .formatted(selectedColumns(), DuckDb.literal(file.toString()));
    try (Connection connection = DuckDb.open(MEMORY_LIMIT, file + ".spill");
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      RowReader reader = new RowReader(schema, columns);
      while (found.next()) {
        action.accept(reader.read(found));
      }
    } catch (SQLException e) {
      throw new IOException("could not read " + file, e);
    }
  }

  private String heldColumns() {
    StringJoiner sql = new StringJoiner(", ");
    columns.forEach(column -> sql.add(column.quotedName() + " " + column.sqlType()));
    return sql.toString();
  }

  private String fileColumns() {
    StringJoiner sql = new StringJoiner(", ");
    columns.forEach(
        column -> sql.add(column.toFile(column.quotedName()) + " AS " + column.quotedName()));
    return sql.toString();
  }

  private String selectedColumns() {
    StringJoiner sql = new StringJoiner(", ");
    columns.forEach(column -> sql.add(column.fromFile()));
    return sql.toString();
  }
}
