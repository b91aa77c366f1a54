package io.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.local.Options;
import io.millrace.local.reconcile.Duck;
import io.millrace.local.reconcile.TopicDump;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A world that only varies from day to day is no reason for a new model. */
@Tag("full")
class StationaryST {
  private static final Instant FIRST_DAY = Instant.parse("2001-01-01T00:00:00Z");
  private static final int DAYS = 35;

  /** More than the 200,000 rows after which the flights' file wants its first model. */
  private static final String ENOUGH_TO_TRAIN = "2001-01-16T00:00:00Z";

  private static final int LEAST_JUDGED = 14;

  @TempDir Path home;
  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(longs = 1)
  void shouldAskForNothingWhenDaysAreDrawnFromTheSameWorld(long seed) throws Exception {
    askForNothing(drawn(seed), FIRST_DAY.plus(Duration.ofDays(DAYS - 2)));
  }

  @Tag("full")
  @ParameterizedTest
  @ValueSource(longs = {2, 3, 4, 5, 6, 7, 8, 9, 10})
  void shouldAskForNothingWhenOtherDaysAreDrawn(long seed) throws Exception {
    askForNothing(drawn(seed), FIRST_DAY.plus(Duration.ofDays(DAYS - 2)));
  }

  @Tag("full")
  @Test
  void shouldAskForNothingInFebruaryAsItWas() throws Exception {
    askForNothing(RunningMillrace.FLIGHTS, Instant.parse("2001-02-27T00:00:00Z"));
  }

  /**
   * @param last the last day but one: the last stays open, as more could come of it
   */
  private void askForNothing(Path events, Instant last) throws Exception {
    try (RunningMillrace millrace = new RunningMillrace(home, 18_000, Options.everything())) {
      millrace.run("replay", events.toString(), "--to", ENOUGH_TO_TRAIN);
      RunningMillrace.await("a first champion", () -> champion(millrace) == 1);
      millrace.run("replay", events.toString(), "--from", ENOUGH_TO_TRAIN);
      RunningMillrace.await(
          "the last window is judged",
          () -> !verdicts(millrace).getOrDefault(last, "OPEN").equals("OPEN"));

      Map<Instant, String> verdicts = verdicts(millrace);
      System.out.println(verdicts);
      assertThat(verdicts.values().stream().filter(v -> v.equals("HEALTHY") || v.equals("DECAYED")))
          .hasSizeGreaterThanOrEqualTo(LEAST_JUDGED);
      assertThat(new RunLog(millrace).runs("flights")).hasSize(1);
      assertThat(champion(millrace)).isEqualTo(1);
    }
  }

  private static int champion(RunningMillrace millrace) throws Exception {
    return millrace
        .get(millrace.system.url("evaluator").resolve("/v1/models/flights"))
        .at("/aliases/champion")
        .asInt();
  }

  /** What was said last of each window. */
  private static Map<Instant, String> verdicts(RunningMillrace millrace) {
    Map<Instant, String> verdicts = new TreeMap<>();
    RecordDecoder<MetricsMeasured> decoder =
        RecordDecoder.specific(millrace.schemas(), MetricsMeasured.class);
    TopicDump.read(
        millrace.system.bootstrapServers(),
        ControlTopic.METRICS.name(),
        record -> {
          if (decoder.decode(record.value()) instanceof Decoded.Value<MetricsMeasured> measured) {
            verdicts.put(measured.value().getWindowStart(), measured.value().getVerdict());
          }
        });
    return verdicts;
  }

  /** Whole days of 8 to 28 January, drawn with replacement, one after the other. */
  private Path drawn(long seed) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.copy(RunningMillrace.FLIGHTS.resolve("pipeline.yaml"), folder.resolve("pipeline.yaml"));
    Random random = new Random(seed);
    String days =
        IntStream.range(0, DAYS)
            .mapToObj(place -> "(%d, %d)".formatted(place, 8 + random.nextInt(21)))
            .collect(Collectors.joining(", "));
    Path departures = RunningMillrace.FLIGHTS.resolve("data/departures.parquet");
    Path arrivals = RunningMillrace.FLIGHTS.resolve("data/arrivals.parquet");
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
    return folder;
  }
}
