package io.millrace.artifacts.datasets;

import io.millrace.artifacts.DuckDb;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeSet;

/**
 * Exact statistics of columns over one selection of rows. Sums go in the rows' order and ties by
 * bytes, so that equal rows give equal bits; what does not fit into memory goes to the disk.
 * Numbers are taken as a model takes them: at most the largest float.
 */
public final class ColumnStatistics {
  private static final String LARGEST = (double) Float.MAX_VALUE + "::DOUBLE";

  private final Connection connection;

  private ColumnStatistics(Connection connection) {
    this.connection = connection;
  }

  /**
   * Numbers that are there.
   *
   * @param count how many
   * @param standardDeviation of the population
   */
  public record Moments(
      long count, double mean, double standardDeviation, double min, double max) {}

  /** How often a string occurs. */
  public record ValueCount(String value, long count) {}

  static ColumnStatistics of(
      Connection connection, RowColumns columns, Selection selection, List<String> names)
      throws IOException {
    StringJoiner selected = new StringJoiner(", ");
    for (RowColumns.Typed column : columns.of(names)) {
      String name = DuckDb.name(column.name());
      selected.add(
          column.isText()
              ? "nullif(%1$s, '') AS %1$s".formatted(name)
              : clipped(name) + " AS " + name);
    }
    ColumnStatistics statistics = new ColumnStatistics(connection);
    statistics.execute(
        "CREATE OR REPLACE TABLE chosen AS SELECT %s FROM rows WHERE %s ORDER BY _time, _key"
            .formatted(selected, selection.sql()));
    return statistics;
  }

  /** Of a column of numbers; empty when none is there. */
  public Optional<Moments> moments(String column) throws IOException {
    return query(
        """
        SELECT count(%1$s), avg(%1$s), stddev_pop(%1$s), min(%1$s), max(%1$s) FROM chosen
        """
            .formatted(DuckDb.name(column)),
        found -> {
          found.next();
          return found.getLong(1) == 0
              ? Optional.empty()
              : Optional.of(
                  new Moments(
                      found.getLong(1),
                      found.getDouble(2),
                      found.getDouble(3),
                      found.getDouble(4),
                      found.getDouble(5)));
        });
  }

  /**
   * The distinct values at the k-th of n ranks, k = 1 … n − 1, ascending: the smallest value with
   * at least k/n of the others at or below it.
   *
   * @param n how many parts the values are cut into
   */
  public List<Double> quantiles(String column, int n) throws IOException {
    execute(
        """
        CREATE OR REPLACE TABLE sorted AS
        SELECT %1$s AS x FROM chosen WHERE %1$s IS NOT NULL ORDER BY x
        """
            .formatted(DuckDb.name(column)));
    long count = number("SELECT count(*) FROM sorted");
    StringJoiner ranks = new StringJoiner(", ");
    for (int k = 1; k < n && count > 0; k++) {
      ranks.add(String.valueOf(Math.ceilDiv(Math.multiplyExact(count, k), n) - 1));
    }
    if (ranks.length() == 0) {
      return List.of();
    }
    return query(
        "SELECT x FROM sorted WHERE rowid IN (" + ranks + ")",
        found -> {
          TreeSet<Double> values = new TreeSet<>();
          while (found.next()) {
            values.add(found.getDouble(1));
          }
          return List.copyOf(values);
        });
  }

  /**
   * How many numbers lie between neighbouring edges: [e₀, e₁), … and the last one with both of its
   * ends.
   *
   * @param edges ascending, at least two
   */
  public List<Long> histogram(String column, List<Double> edges) throws IOException {
    String name = DuckDb.name(column);
    StringJoiner counts = new StringJoiner(", ");
    for (int i = 1; i < edges.size(); i++) {
      counts.add(
          "count(*) FILTER (%s >= %s::DOUBLE AND %s %s %s::DOUBLE)"
              .formatted(
                  name, edges.get(i - 1), name, i == edges.size() - 1 ? "<=" : "<", edges.get(i)));
    }
    return query(
        "SELECT " + counts + " FROM chosen",
        found -> {
          found.next();
          List<Long> buckets = new ArrayList<>();
          for (int i = 1; i < edges.size(); i++) {
            buckets.add(found.getLong(i));
          }
          return buckets;
        });
  }

  /** How many values of a column are there. */
  public long count(String column) throws IOException {
    return number("SELECT count(" + DuckDb.name(column) + ") FROM chosen");
  }

  /** How many rows were chosen. */
  public long rows() throws IOException {
    return number("SELECT count(*) FROM chosen");
  }

  /**
   * The most frequent strings, the first the most frequent one, equally frequent ones by their
   * bytes in UTF-8.
   *
   * @param most how many at most
   * @param atLeast how often a string must occur
   */
  public List<ValueCount> values(String column, int most, long atLeast) throws IOException {
    return query(
        """
        SELECT %1$s, count(*) AS _count FROM chosen WHERE %1$s IS NOT NULL
        GROUP BY %1$s HAVING _count >= %2$d ORDER BY _count DESC, %1$s LIMIT %3$d
        """
            .formatted(DuckDb.name(column), atLeast, most),
        found -> {
          List<ValueCount> values = new ArrayList<>();
          while (found.next()) {
            values.add(new ValueCount(found.getString(1), found.getLong(2)));
          }
          return values;
        });
  }

  private static String clipped(String name) {
    return "CASE WHEN %1$s > %2$s THEN %2$s WHEN %1$s < -%2$s THEN -%2$s ELSE %1$s::DOUBLE END"
        .formatted(name, LARGEST);
  }

  private interface Answer<T> {
    T read(ResultSet found) throws SQLException;
  }

  private <T> T query(String sql, Answer<T> answer) throws IOException {
    try (Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(sql)) {
      return answer.read(found);
    } catch (SQLException e) {
      throw new IOException("could not compute statistics", e);
    }
  }

  private long number(String sql) throws IOException {
    return query(
        sql,
        found -> {
          found.next();
          return found.getLong(1);
        });
  }

  private void execute(String sql) throws IOException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IOException("could not compute statistics", e);
    }
  }
}
