package io.millrace.trainer.steps;

import io.millrace.artifacts.Artifact;
import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.ParquetRows;
import io.millrace.artifacts.datasets.ColumnStatistics;
import io.millrace.artifacts.datasets.ColumnStatistics.Moments;
import io.millrace.artifacts.datasets.ColumnStatistics.ValueCount;
import io.millrace.artifacts.datasets.DataSet;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.artifacts.datasets.Reading;
import io.millrace.artifacts.datasets.Selection;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Transform;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.onnx.transform.FittedTransform;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/** Real flights as rows: with what was known of arrivals at departure, by plain SQL. */
final class FlightRows {
  private static final String DATA = "../../examples/flights/data/";
  private static final String ROWS =
      """
      WITH flights AS (
        SELECT d.flight_id::BIGINT AS id, epoch_us(departure) AS departed, epoch_us(arrival) AS landed,
          origin, destination, distance_miles::BIGINT AS miles, delay_minutes::DOUBLE AS delay,
          (delay_minutes > 15)::INT AS late, hour(departure)::BIGINT AS hour,
          dayofweek(departure)::BIGINT AS weekday
        FROM read_parquet('%1$sdepartures.parquet') d
        JOIN read_parquet('%1$sarrivals.parquet') a USING (flight_id)
        WHERE departure < DATE '2001-01-01' + INTERVAL %2$d DAY AND %3$s),
      told AS (
        SELECT 'o' || origin AS place, landed, delay, late FROM flights
        UNION ALL SELECT 'd' || destination, landed, delay, late FROM flights),
      sums AS (
        SELECT place, landed, max(n) AS n, max_by(s, n) AS s, max_by(l, n) AS l
        FROM (SELECT place, landed, count(*) OVER w AS n, sum(delay) OVER w AS s,
            sum(late) OVER w AS l
          FROM told WINDOW w AS (PARTITION BY place ORDER BY landed ROWS UNBOUNDED PRECEDING))
        GROUP BY ALL),
      asked AS (
        SELECT *, 'o' || origin AS o, 'd' || destination AS d, departed - 3 * 3600000000 AS before3,
          departed - 3600000000 AS before1 FROM flights)
      SELECT id, departed, origin, destination, miles, hour, weekday,
        (o.s - coalesce(o3.s, 0)) / nullif(o.n - coalesce(o3.n, 0), 0) AS origin_delay_3h,
        (o.l - coalesce(o1.l, 0)) / nullif(o.n - coalesce(o1.n, 0), 0) AS origin_late_1h,
        (e.s - coalesce(e3.s, 0)) / nullif(e.n - coalesce(e3.n, 0), 0) AS destination_delay_3h,
        f.late = 1 AS late, f.delay, f.landed
      FROM asked f
      ASOF LEFT JOIN sums o ON o.place = f.o AND o.landed <= f.departed
      ASOF LEFT JOIN sums o3 ON o3.place = f.o AND o3.landed <= f.before3
      ASOF LEFT JOIN sums o1 ON o1.place = f.o AND o1.landed <= f.before1
      ASOF LEFT JOIN sums e ON e.place = f.d AND e.landed <= f.departed
      ASOF LEFT JOIN sums e3 ON e3.place = f.d AND e3.landed <= f.before3
      ORDER BY id
      """;

  private final Path folder;
  private final ArtifactStore store;
  private long newest;

  FlightRows(Path folder) {
    this.folder = folder;
    this.store = ArtifactStore.at(folder.resolve("artifacts").toUri());
  }

  ArtifactStore store() {
    return store;
  }

  /** The store's folder is gone. */
  void away() throws IOException {
    Files.move(folder.resolve("artifacts"), folder.resolve("elsewhere"));
  }

  void back() throws IOException {
    Files.move(folder.resolve("elsewhere"), folder.resolve("artifacts"));
  }

  /** The example's file, with other text in some places. */
  static Pipeline pipeline(String... replaced) throws IOException {
    String file = Files.readString(Path.of("../../examples/flights/pipeline.yaml"));
    for (int i = 0; i < replaced.length; i += 2) {
      file = file.replace(replaced[i], replaced[i + 1]);
    }
    return switch (PipelineFile.parse(file, "pipeline.yaml")) {
      case PipelineFile.Valid valid -> valid.pipeline();
      case PipelineFile.Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }

  /** The flights of the first days of January 2001, in parts of so many rows. */
  List<Manifest.Part> write(Pipeline pipeline, int days, int partRows, String condition)
      throws IOException, SQLException {
    Schema schema = PipelineSchemas.of(pipeline).row();
    List<Manifest.Part> parts = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(ROWS.formatted(DATA, days, condition))) {
      List<GenericRecord> rows = new ArrayList<>();
      while (found.next()) {
        rows.add(row(schema, pipeline.label().kind(), found));
        newest = Math.max(newest, found.getLong("departed"));
        if (rows.size() == partRows) {
          parts.add(part(schema, parts.size(), rows));
          rows.clear();
        }
      }
      parts.add(part(schema, parts.size(), rows));
    }
    return parts;
  }

  Manifest freeze(Pipeline pipeline, List<Manifest.Part> parts) throws IOException {
    return freeze(pipeline, parts, newest);
  }

  /** Up to an event time. */
  Manifest freeze(Pipeline pipeline, List<Manifest.Part> parts, long newest) throws IOException {
    return DataSet.freeze(pipeline, 1, parts, newest, store, reading());
  }

  /** What a full pass finds for the pipeline's transforms. */
  List<FittedTransform> fit(Pipeline pipeline, Manifest manifest) throws IOException {
    List<FittedTransform> fitted = new ArrayList<>();
    try (DataSet data = DataSet.open(manifest, pipeline, store, reading())) {
      for (Transform transform : pipeline.transform()) {
        ColumnStatistics statistics = data.statistics(Selection.ALL, transform.inputs());
        for (String input : transform.inputs()) {
          fitted.add(fit(transform, input, statistics));
        }
      }
    }
    return fitted;
  }

  private static FittedTransform fit(Transform transform, String input, ColumnStatistics statistics)
      throws IOException {
    return switch (transform) {
      case Transform.Identity identity -> new FittedTransform.Identity(input);
      case Transform.ScaleToZScore scale -> {
        Moments moments = statistics.moments(input).orElseThrow();
        yield new FittedTransform.ScaleToZScore(input, moments.mean(), moments.standardDeviation());
      }
      case Transform.Bucketize bucketize ->
          new FittedTransform.Bucketize(input, statistics.quantiles(input, bucketize.buckets()));
      case Transform.Vocabulary vocabulary ->
          new FittedTransform.Vocabulary(
              input,
              values(statistics, input, vocabulary.topK(), vocabulary.minFrequency()),
              vocabulary.oovBuckets());
      case Transform.OneHot oneHot ->
          new FittedTransform.OneHot(input, values(statistics, input, oneHot.topK(), 1));
    };
  }

  private static List<String> values(
      ColumnStatistics statistics, String input, int most, long atLeast) throws IOException {
    return statistics.values(input, most, atLeast).stream().map(ValueCount::value).toList();
  }

  Reading reading() {
    return new Reading("256MB", folder.resolve("spill"));
  }

  private Manifest.Part part(Schema schema, int number, List<GenericRecord> rows)
      throws IOException {
    String name = "part-%04d".formatted(number);
    Path file = Files.createTempFile(folder, name, ".parquet");
    new ParquetRows(schema).write(file, rows.iterator());
    Artifact artifact = store.put(file, "flights/parts/" + name + ".parquet");
    Files.delete(file);
    return new Manifest.Part(
        name, 1, artifact.uri().toString(), artifact.sha256(), artifact.bytes(), rows.size());
  }

  private static GenericRecord row(Schema schema, Label.Kind kind, ResultSet found)
      throws SQLException {
    GenericRecord row = new GenericData.Record(schema);
    row.put("flight_id", found.getLong("id"));
    row.put("departure", found.getLong("departed"));
    row.put("origin", found.getString("origin"));
    row.put("destination", found.getString("destination"));
    row.put("distance_miles", found.getLong("miles"));
    row.put("hour", found.getLong("hour"));
    row.put("weekday", found.getLong("weekday"));
    for (String name : List.of("origin_delay_3h", "origin_late_1h", "destination_delay_3h")) {
      double value = found.getDouble(name);
      row.put(name, found.wasNull() ? null : value);
    }
    row.put(PipelineSchemas.INCOMPLETE, false);
    row.put(
        "late",
        kind == Label.Kind.BINARY ? (Object) found.getBoolean("late") : found.getDouble("delay"));
    row.put(PipelineSchemas.LABEL_TIME, found.getLong("landed"));
    return row;
  }
}
