package io.millrace.testkit.oracle;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Windowed;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.local.reconcile.Duck;
import io.millrace.local.reconcile.Table;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;

/**
 * Every windowed feature of every example, computed from the raw files by SQL alone: the value at t
 * is the aggregate of the labels known in (⌊t⌋ − window, ⌊t⌋], ⌊t⌋ being t rounded down to the
 * pane. Shares no code with the system.
 */
public final class BruteForce implements AutoCloseable {
  private final Duck duck = new Duck();
  private final String idField;
  private final String timeField;
  private final List<WindowedSql> features;
  private final String entities;
  private final Table vectors;

  /**
   * @param examples a relation with the example stream's columns, such as {@code
   *     read_parquet('departures.parquet')}; a timestamp without a zone is UTC
   * @param labels a relation with the label stream's columns, only those that pass the domain
   * @param label the label's own value as SQL over that relation, numeric
   */
  public BruteForce(Pipeline pipeline, String examples, String labels, String label) {
    this.idField = pipeline.exampleStream().id();
    this.timeField = pipeline.exampleStream().time();
    this.features =
        pipeline.windowed().stream()
            .map(
                windowed ->
                    new WindowedSql(
                        windowed,
                        windowed.field().equals(pipeline.label().name())
                            ? label
                            : Duck.name(windowed.field())))
            .toList();
    this.entities =
        pipeline.windowed().stream()
            .map(windowed -> Duck.name(windowed.entity()))
            .distinct()
            .map(column -> ", e." + column)
            .collect(Collectors.joining());
    load(pipeline, examples, labels);
    this.vectors =
        new Table(
            duck,
            "actual",
            "_id VARCHAR, _incomplete BOOLEAN"
                + pipeline.windowed().stream()
                    .map(w -> ", " + Duck.name(w.name()) + " " + sqlType(w))
                    .collect(Collectors.joining()));
  }

  private void load(Pipeline pipeline, String examples, String labels) {
    duck.execute(
        "CREATE TABLE e AS SELECT CAST(%s AS VARCHAR) AS _id, epoch_us(%s) AS _t%s FROM (FROM %s) e"
            .formatted(Duck.name(idField), Duck.name(timeField), entities, examples));
    StringBuilder values = new StringBuilder();
    for (int i = 0; i < features.size(); i++) {
      values.append(", CAST(%s AS DOUBLE) AS _v%d".formatted(features.get(i).value(), i));
    }
    duck.execute(
        """
        CREATE TABLE l AS
        SELECT e._id, x._t%s, x.* EXCLUDE (_id, _t)
        FROM (SELECT CAST(%s AS VARCHAR) AS _id, epoch_us(%s) AS _t%s FROM %s) x
        JOIN e USING (_id)
        WHERE x._t > e._t
        """
            .formatted(
                entities,
                Duck.name(pipeline.labelStream().id()),
                Duck.name(pipeline.labelStream().time()),
                values,
                labels));
  }

  /**
   * Computes the features of the examples with a time in [from, to), in place of any computed
   * before.
   *
   * @return how many examples
   */
  public long compute(long fromMicros, long toMicros) {
    duck.execute(
        "CREATE OR REPLACE TABLE expected AS SELECT _id, _t%s FROM e WHERE _t >= %d AND _t < %d"
            .formatted(entities, fromMicros, toMicros));
    for (int i = 0; i < features.size(); i++) {
      duck.execute(addColumn(features.get(i), i));
    }
    return duck.number("SELECT count(*) FROM expected");
  }

  /** Sums per pane first, then looks the panes of each window up. */
  private static String addColumn(WindowedSql sql, int index) {
    Windowed feature = sql.feature();
    return """
    CREATE OR REPLACE TABLE expected AS
    WITH
      panes AS (
        SELECT %1$s AS entity, %2$s AS pane, count(*) AS n, sum(_v%3$d) AS total,
          min(_v%3$d) AS low, max(_v%3$d) AS high
        FROM l WHERE _v%3$d IS NOT NULL GROUP BY ALL),
      windows AS (SELECT DISTINCT %1$s AS entity, %4$s AS until FROM expected),
      wanted AS (
        SELECT entity, until, unnest(generate_series(until - %5$d + %6$d, until, %6$d)) AS pane
        FROM windows),
      found AS (
        SELECT entity, until, %7$s AS value
        FROM wanted JOIN panes USING (entity, pane) GROUP BY ALL)
    SELECT expected.*, %8$s AS %9$s
    FROM expected LEFT JOIN found ON found.entity = expected.%1$s AND found.until = %4$s
    """
        .formatted(
            sql.entity(),
            sql.paneEnd("_t"),
            index,
            sql.boundary("_t"),
            feature.windowMicros(),
            feature.paneMicros(),
            sql.aggregateOfPanes(),
            feature.aggregate() == Windowed.Aggregate.COUNT
                ? "CASE WHEN expected." + sql.entity() + " IS NOT NULL THEN coalesce(value, 0) END"
                : "value",
            sql.name());
  }

  /**
   * Computes the features of some examples again by a plain range join over the labels, and counts
   * the values that differ from {@link #compute}: a check of this class itself.
   */
  public long disagreementsWithRangeJoin(int sample) {
    long differing = 0;
    duck.execute(
        "CREATE OR REPLACE TABLE sample AS SELECT * FROM expected ORDER BY hash(_id) LIMIT "
            + sample);
    for (int i = 0; i < features.size(); i++) {
      WindowedSql sql = features.get(i);
      differing +=
          duck.number(
              """
              WITH naive AS (
                SELECT s._id, %s AS value
                FROM sample s LEFT JOIN (SELECT *, _v%d AS v FROM l) l ON l.%s = s.%s
                  AND l._t > %s - %d AND l._t <= %s
                GROUP BY s._id)
              SELECT count(*) FROM naive JOIN sample s USING (_id)
              WHERE s.%s IS NOT NULL AND value IS DISTINCT FROM s.%s
              """
                  .formatted(
                      sql.aggregateOfValues(),
                      i,
                      sql.entity(),
                      sql.entity(),
                      sql.boundary("s._t"),
                      sql.feature().windowMicros(),
                      sql.boundary("s._t"),
                      sql.entity(),
                      sql.name()));
    }
    return differing;
  }

  /** A vector (or row) as the system wrote it. */
  public void addVector(GenericRecord vector) {
    @Nullable Object[] values = new @Nullable Object[features.size() + 2];
    values[0] = String.valueOf(vector.get(idField));
    values[1] = vector.get(PipelineSchemas.INCOMPLETE);
    for (int i = 0; i < features.size(); i++) {
      values[i + 2] = vector.get(features.get(i).feature().name());
    }
    vectors.add(values);
  }

  /** Compares the vectors of the computed examples, bit for bit; others are left aside. */
  public FeatureComparison compare() {
    vectors.flush();
    List<FeatureComparison.Mismatch> mismatches = new ArrayList<>();
    for (WindowedSql sql : features) {
      mismatches.addAll(
          duck.query(
              """
              SELECT _id, x.%1$s, a.%1$s FROM expected x JOIN actual a USING (_id)
              WHERE x.%1$s IS DISTINCT FROM a.%1$s ORDER BY _id
              """
                  .formatted(sql.name()),
              row ->
                  new FeatureComparison.Mismatch(
                      row.getString(1),
                      sql.feature().name(),
                      String.valueOf(row.getObject(2)),
                      String.valueOf(row.getObject(3)))));
    }
    long compared = duck.number("SELECT count(*) FROM expected SEMI JOIN actual USING (_id)");
    return new FeatureComparison(
        compared,
        compared * features.size(),
        duck.number("SELECT count(*) FROM actual SEMI JOIN expected USING (_id) WHERE _incomplete"),
        duck.query(
            "SELECT _id FROM expected ANTI JOIN actual USING (_id) ORDER BY _id",
            row -> row.getString(1)),
        mismatches);
  }

  /** The computed features of one example by name; empty when it was not computed. */
  public Map<String, String> featuresOf(String id) {
    return duck
        .query(
            "SELECT * FROM expected WHERE _id = " + Duck.literal(id),
            row -> {
              Map<String, String> values = new LinkedHashMap<>();
              for (WindowedSql sql : features) {
                values.put(
                    sql.feature().name(), String.valueOf(row.getObject(sql.feature().name())));
              }
              return values;
            })
        .stream()
        .findFirst()
        .orElse(Map.of());
  }

  /**
   * Writes {@code _id}, {@code _t} (microseconds), the entities and the computed features as
   * Parquet, in the order of (time, id).
   */
  public void writeTo(Path file) {
    duck.execute(
        "COPY (SELECT * FROM expected ORDER BY _t, _id) TO %s (FORMAT parquet)"
            .formatted(Duck.literal(file.toString())));
  }

  private static String sqlType(Windowed windowed) {
    return windowed.aggregate() == Windowed.Aggregate.COUNT ? "BIGINT" : "DOUBLE";
  }

  @Override
  public void close() {
    vectors.close();
    duck.close();
  }
}
