package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.local.reconcile.Duck;
import io.millrace.local.reconcile.TopicDump;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A world that only varies from day to day is no reason for a new model. */
@Warm
class StationaryST {
  private static final Instant FIRST_DAY = Instant.parse("2001-01-01T00:00:00Z");
  private static final int DAYS = 35;

  /** A few more than the rows after which the flights' file wants its first model. */
  private static final int ENOUGH_TO_TRAIN = 205_000;

  /** Labels count for so long, and some never come. */
  private static final Duration UNTIL_CLOSED = Duration.ofHours(48);

  private static final int LEAST_JUDGED = 14;

  private static RunningMillrace millrace;

  @TempDir Path folder;
  private String pipeline = "";

  @BeforeAll
  static void start(RunningMillrace warm) {
    millrace = warm;
  }

  @AfterEach
  void delete() throws Exception {
    millrace.delete(pipeline);
  }

  /** In 4 days on which hardly any flight is late follow each other. */
  @ParameterizedTest
  @ValueSource(longs = 4)
  void shouldAskForNothingWhenDaysAreDrawnFromTheSameWorld(long seed) throws Exception {
    askForNothing(seed);
  }

  @Tag("full") // each takes up to five minutes
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 6, 7, 8, 9, 10})
  void shouldAskForNothingHoweverDaysAreDrawn(long seed) throws Exception {
    askForNothing(seed);
  }

  private void askForNothing(long seed) throws Exception {
    askForNothing("drawn" + seed, drawn(seed), FIRST_DAY.plus(Duration.ofDays(DAYS)));
  }

  @Tag("full")
  @Test
  void shouldAskForNothingInFebruaryAsItWas() throws Exception {
    askForNothing(
        "february",
        RunningMillrace.flightsAs("february", folder, RunningMillrace.FLIGHTS_DATA),
        Instant.parse("2001-03-01T00:00:00Z"));
  }

  /**
   * @param name of the pipeline
   * @param end of the last day
   */
  private void askForNothing(String name, Path events, Instant end) throws Exception {
    pipeline = name;
    String trained = midnightBehindEnough(events).toString();
    millrace.run("replay", events.toString(), "--to", trained);
    RunningMillrace.await("a first champion", () -> champion(pipeline) == 1);
    millrace.run("replay", events.toString(), "--from", trained);
    Instant last = end.minus(UNTIL_CLOSED).minus(Duration.ofDays(1));
    RunningMillrace.await(
        "the last window that event time can close is judged",
        () -> !verdicts(pipeline).getOrDefault(last, "OPEN").equals("OPEN"));

    Map<Instant, String> verdicts = verdicts(pipeline);
    System.out.println(pipeline + ", trained before " + trained + ": " + verdicts);
    assertThat(verdicts.values().stream().filter(v -> v.equals("HEALTHY") || v.equals("DECAYED")))
        .hasSizeGreaterThanOrEqualTo(LEAST_JUDGED);
    assertThat(new RunLog(millrace).runs(pipeline)).hasSize(1);
    assertThat(champion(pipeline)).isEqualTo(1);
  }

  private static Instant midnightBehindEnough(Path events) {
    try (Duck duck = new Duck()) {
      long micros =
          duck.number(
              """
              SELECT epoch_us(date_trunc('day', max(arrival)) + INTERVAL 1 DAY)
              FROM (SELECT arrival FROM read_parquet(%s) ORDER BY arrival LIMIT %d)
              """
                  .formatted(
                      Duck.literal(events.resolve("data/arrivals.parquet").toString()),
                      ENOUGH_TO_TRAIN));
      return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
  }

  private static int champion(String pipeline) throws Exception {
    return millrace
        .get(millrace.system.url("evaluator").resolve("/v1/models/" + pipeline))
        .at("/aliases/champion")
        .asInt();
  }

  /** What was said last of each window. */
  private static Map<Instant, String> verdicts(String pipeline) {
    Map<Instant, String> verdicts = new TreeMap<>();
    RecordDecoder<MetricsMeasured> decoder =
        RecordDecoder.specific(millrace.schemas(), MetricsMeasured.class);
    TopicDump.read(
        millrace.system.kafka(),
        ControlTopic.METRICS.name(),
        record -> {
          if (decoder.decode(record.value()) instanceof Decoded.Value<MetricsMeasured> measured
              && measured.value().getPipeline().equals(pipeline)) {
            verdicts.put(measured.value().getWindowStart(), measured.value().getVerdict());
          }
        });
    return verdicts;
  }

  /** Whole days of 8 to 28 January, drawn with replacement, one after the other. */
  private Path drawn(long seed) throws IOException {
    Path data = Files.createDirectory(folder.resolve("drawn"));
    Random random = new Random(seed);
    String days =
        IntStream.range(0, DAYS)
            .mapToObj(place -> "(%d, %d)".formatted(place, 8 + random.nextInt(21)))
            .collect(Collectors.joining(", "));
    Path departures = RunningMillrace.FLIGHTS_DATA.resolve("departures.parquet");
    Path arrivals = RunningMillrace.FLIGHTS_DATA.resolve("arrivals.parquet");
    try (Duck duck = new Duck()) {
      duck.execute(
          """
          CREATE TABLE drawn AS
          SELECT d.* REPLACE (place * 10000000 + d.flight_id AS flight_id,
              departure + to_days(place - day + 1) AS departure),
            d.flight_id AS was, to_days(place - day + 1) AS shift, place
          FROM (VALUES %s) days(place, day)
          JOIN read_parquet(%s) d ON date_trunc('day', departure) = DATE '2001-01-01' + (day - 1)::INTEGER
          """
              .formatted(days, Duck.literal(departures.toString())));
      Orders.write(duck, "SELECT * EXCLUDE (was, shift, place) FROM drawn", data, "departures");
      Orders.write(
          duck,
          """
          SELECT a.* REPLACE (place * 10000000 + a.flight_id AS flight_id, arrival + shift AS arrival)
          FROM drawn JOIN read_parquet(%s) a ON a.flight_id = was
          """
              .formatted(Duck.literal(arrivals.toString())),
          data,
          "arrivals");
    }
    return RunningMillrace.flightsAs("drawn" + seed, folder, data);
  }
}
