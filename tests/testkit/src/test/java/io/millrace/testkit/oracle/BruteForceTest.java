package io.millrace.testkit.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class BruteForceTest {
  private static final String YAML =
      """
      apiVersion: millrace.io/v1
      kind: Pipeline
      metadata: {name: tiny}
      spec:
        streams:
          asked:
            role: example
            id: id
            time: at
            fields: {id: {type: INT}, at: {type: TIMESTAMP}, shop: {type: STRING}}
          told:
            role: label
            id: id
            time: known
            fields: {id: {type: INT}, known: {type: TIMESTAMP}, y: {type: INT}}
        label: {name: high, kind: BINARY, value: "y > 15", within: 48h, absent: drop}
        features:
          windowed:
            n:    {entity: shop, over: labels, count: y, window: 10m, pane: 5m}
            s:    {entity: shop, over: labels, sum: y, window: 10m, pane: 5m}
            mean: {entity: shop, over: labels, mean: high, window: 10m, pane: 5m}
            low:  {entity: shop, over: labels, min: y, window: 10m, pane: 5m}
            top:  {entity: shop, over: labels, max: y, window: 10m, pane: 5m}
      """;

  /** Labels of shop a become known at 12:00, 12:00:00.000001, 12:05 and 12:10. */
  private static final String EXAMPLES =
      """
      (VALUES (1, TIMESTAMP '2001-01-01 11:00:00', 'a'), (2, TIMESTAMP '2001-01-01 11:00:00', 'a'),
        (3, TIMESTAMP '2001-01-01 11:00:00', 'a'), (4, TIMESTAMP '2001-01-01 11:00:00', 'a'),
        (5, TIMESTAMP '2001-01-01 11:00:00', 'b'),
        (10, TIMESTAMP '2001-01-01 12:12:34', 'a'), (11, TIMESTAMP '2001-01-01 12:10:00', 'a'),
        (12, TIMESTAMP '2001-01-01 12:09:59.999999', 'a'), (13, TIMESTAMP '2001-01-01 12:20:00', 'b'),
        (14, TIMESTAMP '2001-01-01 12:10:00', NULL)) v(id, "at", shop)
      """;

  private static final String LABELS =
      """
      (VALUES (1, TIMESTAMP '2001-01-01 12:00:00', 10),
        (2, TIMESTAMP '2001-01-01 12:00:00.000001', 20),
        (3, TIMESTAMP '2001-01-01 12:05:00', 30), (4, TIMESTAMP '2001-01-01 12:10:00', 5),
        (5, TIMESTAMP '2001-01-01 12:10:00', 7)) v(id, known, y)
      """;

  private final Pipeline pipeline =
      ((PipelineFile.Valid) PipelineFile.parse(YAML, "tiny.yaml")).pipeline();

  @Test
  void shouldCountWhatWasKnownInTheWindowThatEndsAtThePaneBoundary() {
    try (BruteForce force = new BruteForce(pipeline, EXAMPLES, LABELS, "(y > 15)::INT")) {
      force.compute(0, Long.MAX_VALUE);

      // (12:00, 12:10]: 20, 30 and 5; the label known at 12:00 itself is outside
      assertThat(force.featuresOf("10"))
          .hasToString("{n=3, s=55.0, mean=0.6666666666666666, low=5.0, top=30.0}");
      assertThat(force.featuresOf("11")).isEqualTo(force.featuresOf("10"));
      // one microsecond earlier the boundary is 12:05: (11:55, 12:05] holds 10, 20 and 30
      assertThat(force.featuresOf("12"))
          .hasToString("{n=3, s=60.0, mean=0.6666666666666666, low=10.0, top=30.0}");
      // (12:10, 12:20] of shop b is empty: its label was known at 12:10
      assertThat(force.featuresOf("13"))
          .hasToString("{n=0, s=null, mean=null, low=null, top=null}");
      assertThat(force.featuresOf("14"))
          .hasToString("{n=null, s=null, mean=null, low=null, top=null}");
      assertThat(force.disagreementsWithRangeJoin(100)).isZero();
    }
  }

  @Test
  void shouldFindALeakAMissingVectorAndAnIncompleteOne() {
    try (BruteForce force = new BruteForce(pipeline, EXAMPLES, LABELS, "(y > 15)::INT")) {
      force.compute(micros("2001-01-01T12:00:00Z"), micros("2001-01-01T12:20:00Z"));
      force.addVector(vector(10, false, 3L, 55.0, 2 / 3.0, 5.0, 30.0));
      force.addVector(vector(12, true, 4L, 65.0, 0.5, 5.0, 30.0));
      force.addVector(vector(14, false, null, null, null, null, null));

      FeatureComparison comparison = force.compare();

      assertThat(comparison)
          .isEqualTo(
              new FeatureComparison(
                  3,
                  15,
                  1,
                  List.of("11"),
                  List.of(
                      new FeatureComparison.Mismatch("12", "n", "3", "4"),
                      new FeatureComparison.Mismatch("12", "s", "60.0", "65.0"),
                      new FeatureComparison.Mismatch("12", "mean", "0.6666666666666666", "0.5"),
                      new FeatureComparison.Mismatch("12", "low", "10.0", "5.0"))));
      assertThat(comparison.isExact()).isFalse();
    }
  }

  @Test
  void shouldComputeAWeekOfFlightsAsAPlainRangeJoinDoes() throws IOException {
    Path folder = Path.of("../../examples/flights");
    Pipeline flights =
        ((PipelineFile.Valid)
                PipelineFile.parse(Files.readString(folder.resolve("pipeline.yaml")), "flights"))
            .pipeline();
    String domain = "delay_minutes BETWEEN -120 AND 3000";
    try (BruteForce force =
        new BruteForce(
            flights,
            "read_parquet('" + folder.resolve("data/departures.parquet") + "')",
            "(FROM read_parquet('"
                + folder.resolve("data/arrivals.parquet")
                + "') WHERE "
                + domain
                + ")",
            "(delay_minutes > 15)::INT")) {
      long examples = force.compute(micros("2001-01-08T00:00:00Z"), micros("2001-01-15T00:00:00Z"));

      assertThat(examples).isBetween(100_000L, 130_000L);
      assertThat(force.disagreementsWithRangeJoin(1_000)).isZero();
    }
  }

  private GenericRecord vector(long id, boolean incomplete, @Nullable Object... features) {
    GenericRecord vector = new GenericData.Record(PipelineSchemas.of(pipeline).vector());
    vector.put("id", id);
    vector.put(PipelineSchemas.INCOMPLETE, incomplete);
    for (int i = 0; i < features.length; i++) {
      vector.put(pipeline.windowed().get(i).name(), features[i]);
    }
    return vector;
  }

  private static long micros(String instant) {
    return java.time.Instant.parse(instant).toEpochMilli() * 1000;
  }
}
