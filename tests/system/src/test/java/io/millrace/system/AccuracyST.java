package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.millrace.local.running.DataSets;
import io.millrace.local.running.RunningSystem;
import io.millrace.testkit.oracle.BruteForce;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * January's rows carry as much as the same features computed from the raw files. The expected areas
 * under the curve (0.734 and 0.635) are those of examples/flights/data/README.md, measured offline
 * with XGBoost 3.0.4.
 */
@Tag("full")
class AccuracyST {
  private static final String UNTIL = "2001-02-03T00:00:00Z";
  private static final List<String> BASE =
      List.of("distance_miles", "hour", "weekday", "origin_code", "destination_code");
  private static final List<String> WINDOWED =
      List.of("origin_delay_3h", "origin_late_1h", "destination_delay_3h");

  @TempDir Path home;

  @Test
  void shouldLearnFromPartsWhatTheRawFilesTeach() throws Exception {
    try (RunningMillrace millrace =
        new RunningMillrace(home, 17_000, RunningMillrace.featuresOnly().withJvm())) {
      millrace.replayFlights(UNTIL);
      String parts =
          DataSets.parts(RunningSystem.require(millrace.system.home()), "flights").stream()
              .map(part -> "'" + Path.of(URI.create(part.getUri())) + "'")
              .collect(Collectors.joining(",", "[", "]"));
      Path brute = home.resolve("brute.parquet");
      writeBruteForce(brute);
      List<String> all = new ArrayList<>(BASE);
      all.addAll(WINDOWED);
      try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:")) {
        prepare(duckdb, parts, brute);
        double streamed = auc(duckdb, "streamed", all);
        double forced = auc(duckdb, "forced", all);
        double base = auc(duckdb, "streamed", BASE);
        System.out.printf(
            "AUC streamed %.5f, brute force %.5f, base %.5f%n", streamed, forced, base);
        assertThat(streamed).isCloseTo(forced, offset(0.0005));
        assertThat(streamed).isCloseTo(0.733, offset(0.01));
        assertThat(base).isCloseTo(0.635, offset(0.01));
      }
    }
  }

  private static void writeBruteForce(Path file) throws Exception {
    try (BruteForce force =
        new BruteForce(
            RunningMillrace.flights(),
            "read_parquet('%s')"
                .formatted(RunningMillrace.FLIGHTS.resolve("data/departures.parquet")),
            "(select * from read_parquet('%s') where delay_minutes between -120 and 3000)"
                .formatted(RunningMillrace.FLIGHTS.resolve("data/arrivals.parquet")),
            "case when delay_minutes > 15 then 1 else 0 end")) {
      force.compute(
          RunningMillrace.micros(Instant.parse("2001-01-01T00:00:00Z")),
          RunningMillrace.micros(Instant.parse("2001-02-01T00:00:00Z")));
      force.writeTo(file);
    }
  }

  private static void prepare(Connection duckdb, String parts, Path brute) throws SQLException {
    try (Statement statement = duckdb.createStatement()) {
      statement.execute("set TimeZone = 'UTC'");
      statement.execute(
          """
          create table streamed as
          select r.*, dense_rank() over (order by origin) as origin_code,
            dense_rank() over (order by destination) as destination_code,
            departure < timestamptz '2001-01-25 00:00:00+00' as train
          from read_parquet(%s) r where departure < timestamptz '2001-02-01 00:00:00+00'
          """
              .formatted(parts));
      statement.execute(
          """
          create table forced as
          select s.* replace (b.origin_delay_3h as origin_delay_3h,
            b.origin_late_1h as origin_late_1h, b.destination_delay_3h as destination_delay_3h)
          from streamed s join read_parquet('%s') b on b._id = cast(s.flight_id as varchar)
          """
              .formatted(brute));
    }
  }

  /** Trains on departures before 25 January and scores those from then on. */
  private static double auc(Connection duckdb, String table, List<String> features)
      throws SQLException, XGBoostError {
    DMatrix train = matrix(duckdb, table, features, true);
    DMatrix test = matrix(duckdb, table, features, false);
    Booster booster =
        XGBoost.train(
            train,
            Map.of(
                "objective",
                "binary:logistic",
                "tree_method",
                "hist",
                "max_depth",
                6,
                "eta",
                0.1,
                "nthread",
                2,
                "seed",
                1),
            100,
            Map.of(),
            null,
            null);
    return area(booster.predict(test), test.getLabel());
  }

  private static DMatrix matrix(
      Connection duckdb, String table, List<String> features, boolean train)
      throws SQLException, XGBoostError {
    List<float[]> rows = new ArrayList<>();
    List<Float> labels = new ArrayList<>();
    try (Statement statement = duckdb.createStatement();
        ResultSet result =
            statement.executeQuery(
                "select %s, late from %s where train = %s order by departure, flight_id"
                    .formatted(String.join(", ", features), table, train))) {
      while (result.next()) {
        float[] row = new float[features.size()];
        for (int i = 0; i < row.length; i++) {
          float value = result.getFloat(i + 1);
          row[i] = result.wasNull() ? Float.NaN : value;
        }
        rows.add(row);
        labels.add(result.getBoolean(features.size() + 1) ? 1f : 0f);
      }
    }
    float[] flat = new float[rows.size() * features.size()];
    float[] label = new float[rows.size()];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, flat, i * features.size(), features.size());
      label[i] = labels.get(i);
    }
    DMatrix matrix = new DMatrix(flat, rows.size(), features.size(), Float.NaN);
    matrix.setLabel(label);
    return matrix;
  }

  /** The probability that a positive scores above a negative, ties counting half (Mann-Whitney). */
  private static double area(float[][] scores, float[] labels) {
    List<Integer> order =
        IntStream.range(0, labels.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> scores[i][0]))
            .toList();
    double rankSum = 0;
    long positives = 0;
    for (int from = 0; from < order.size(); ) {
      int to = from;
      while (to < order.size() && scores[order.get(to)][0] == scores[order.get(from)][0]) {
        to++;
      }
      double rank = (from + 1 + to) / 2.0;
      for (int i = from; i < to; i++) {
        if (labels[order.get(i)] == 1f) {
          rankSum += rank;
          positives++;
        }
      }
      from = to;
    }
    double negatives = order.size() - positives;
    return (rankSum - positives * (positives + 1) / 2.0) / (positives * negatives);
  }
}
