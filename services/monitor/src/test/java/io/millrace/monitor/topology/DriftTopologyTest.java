package io.millrace.monitor.topology;

import static io.millrace.monitor.topology.FlightsFixture.MIDNIGHT;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.AlertEvent;
import io.millrace.contracts.control.DriftMeasured;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.monitor.verdicts.TrainingReferences;
import io.millrace.statistics.histograms.Reference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is seen of inputs that are not what they were. */
class DriftTopologyTest {
  private static final int AN_HOUR = 600;

  private MonitorRun run = new MonitorRun(new FlightsFixture(1, pipeline("against: 1h")));
  private final SplittableRandom random = new SplittableRandom(1);
  private long ids;

  @AfterEach
  void close() {
    run.close();
  }

  /** Longitudes and latitudes of a city; then all are at its centre. */
  @Test
  void shouldSeeThatAllOfACityHasMovedToOnePoint() {
    double[] longitudes = normal(-73.97).limit(9_000).toArray();
    double[] latitudes = normal(40.75).limit(9_000).toArray();
    run.flights.trainedOn =
        new TrainingReferences(
            Map.of("distance_miles", trained(longitudes), "origin_delay_3h", trained(latitudes)));
    run.champion(1);
    city(0, 0.02);
    city(1, 0.02);
    assertThat(run.drift()).noneMatch(measured -> measured.getVerdict().equals("EXCEEDED"));
    assertThat(run.alerts()).isEmpty();

    city(2, 0);

    Map<String, DriftMeasured> moved =
        run.drift().stream()
            .filter(measured -> measured.getVerdict().equals("EXCEEDED"))
            .collect(Collectors.toMap(m -> m.getKind() + "/" + m.getField(), m -> m));
    assertThat(moved)
        .containsOnlyKeys(
            "DRIFT/distance_miles",
            "DRIFT/origin_delay_3h",
            "SKEW/distance_miles",
            "SKEW/origin_delay_3h");
    assertThat(moved.values())
        .allMatch(measured -> measured.getJsdBits() > 0.3)
        .allMatch(measured -> measured.getChance() < 0.03);
    assertThat(run.alerts())
        .extracting(AlertEvent::getMessage)
        .anyMatch(
            message ->
                message.startsWith(
                        "distance_miles is not what it was in the window of 2001-01-08T01:00:00Z: 0.")
                    && message.contains(" bits (limit 0.1, by chance 0.0"))
        .anyMatch(
            message ->
                message.startsWith("origin_delay_3h is not what version 1 was trained on: 0."));
  }

  /** Delays are compared with those of three hours before; origins are not; nor is the score. */
  @Test
  void shouldCompareEachFieldWithItsOwnWindow() {
    run.close();
    String fields =
        "against: 1h, fields: {origin_delay_3h: {against: 3h}, distance_miles: {jsd_bits: 0.9},"
            + " origin: {ignore: true}, _score: {ignore: true}, weekday: {against: 1h}}";
    run = new MonitorRun(new FlightsFixture(1, pipeline(fields)));
    run.champion(1);
    List<DriftMeasured> said = new ArrayList<>();
    for (int hour = 0; hour < 4; hour++) {
      city(hour, hour == 3 ? 0 : 0.02);
      said.addAll(run.drift());
    }

    assertThat(said)
        .extracting(DriftMeasured::getField)
        .contains("weekday")
        .doesNotContain("origin", "_score", "hour");
    assertThat(said)
        .filteredOn(measured -> measured.getField().equals("weekday"))
        .extracting(DriftMeasured::getKind)
        .as("one weekday is compared with another, not with all seven")
        .containsOnly("DRIFT");
    DriftMeasured delays = last(said, "origin_delay_3h");
    assertThat(delays.getReferenceStart()).isEqualTo(MIDNIGHT);
    assertThat(delays.getVerdict()).isEqualTo("EXCEEDED");
    DriftMeasured miles = last(said, "distance_miles");
    assertThat(miles.getReferenceStart()).isEqualTo(MIDNIGHT.plus(Duration.ofHours(2)));
    assertThat(miles.getJsdBits()).isBetween(0.3, 0.9);
    assertThat(miles.getVerdict()).isEqualTo("WITHIN");

    // one more of the first window changes what the fourth is compared with
    predict(MIDNIGHT.plusSeconds(1), 0.5, 0.02);
    run.think();
    DriftMeasured anew = last(run.drift(), "origin_delay_3h");
    assertThat(anew.getReferenceStart()).isEqualTo(MIDNIGHT);
    assertThat(anew.getReferenceCount()).isEqualTo(delays.getReferenceCount() + 1);
    assertThat(anew.getRevision()).isEqualTo(delays.getRevision() + 1);
  }

  private static DriftMeasured last(List<DriftMeasured> said, String field) {
    return said.stream()
        .filter(m -> m.getKind().equals("DRIFT") && m.getField().equals(field))
        .filter(m -> m.getWindowStart().equals(MIDNIGHT.plus(Duration.ofHours(3))))
        .toList()
        .getLast();
  }

  private void city(int hour, double spread) {
    Instant start = MIDNIGHT.plus(Duration.ofHours(hour));
    for (int i = 0; i < AN_HOUR; i++) {
      predict(start.plusSeconds(5L * i), 0.2 + 0.6 * random.nextDouble(), spread);
    }
    run.passed(start.plus(Duration.ofHours(1)));
  }

  private void predict(Instant time, double score, double spread) {
    long id = ++ids;
    Map<String, @Nullable Object> features = new HashMap<>();
    features.put("origin", id % 2 == 0 ? "JFK" : "LGA");
    features.put("distance_miles", -73.97 + spread * random.nextGaussian());
    features.put("origin_delay_3h", 40.75 + spread * random.nextGaussian());
    run.predictions.pipeInput(
        "" + id, run.flights.prediction("" + id, 1, score, time, features, "stream"));
    run.labels.pipeInput("" + id, run.flights.arrival(id, time, id % 2 == 0 ? 60L : 0L));
  }

  private DoubleStream normal(double mean) {
    return DoubleStream.generate(() -> mean + 0.02 * random.nextGaussian());
  }

  /** The smallest, the deciles and the largest. */
  private static Reference trained(double[] numbers) {
    double[] sorted = DoubleStream.of(numbers).sorted().toArray();
    List<Double> boundaries = new ArrayList<>();
    List<Long> counts = new ArrayList<>();
    for (int decile = 0; decile < 10; decile++) {
      boundaries.add(sorted[decile * sorted.length / 10]);
      counts.add(sorted.length / 10L);
    }
    boundaries.add(sorted[sorted.length - 1]);
    return Reference.numbers(boundaries, counts, 0);
  }

  private static Pipeline pipeline(String drift) {
    String yaml =
        FlightsFile.text()
            .replace("window: 24h", "window: 1h")
            .replace("within: 48h", "within: 9h")
            .replace("against: 1d", drift);
    return switch (PipelineFile.parse(yaml, "pipeline.yaml")) {
      case PipelineFile.Valid valid -> valid.pipeline();
      case PipelineFile.Invalid invalid -> throw new AssertionError(invalid.problems());
    };
  }
}
