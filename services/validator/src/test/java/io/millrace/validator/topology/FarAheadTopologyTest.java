package io.millrace.validator.topology;

import static io.millrace.validator.topology.TopologyRun.header;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.validator.Flights;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events whose time lies far ahead of all that has come; {@code maxAhead} is a week. */
final class FarAheadTopologyTest {
  private static final long T = Instant.parse("2001-01-01T10:00:00Z").toEpochMilli() * 1000;
  private static final long DAY = TimeUnit.DAYS.toMicros(1);
  private static final long YEAR = 365 * DAY;

  private final TopologyRun run = new TopologyRun();

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void shouldMoveNothingByADateThatIsAMistakeAndRefuseItWhenNobodyComesAsFar() {
    come(1, T);
    come(2, T + 2 * YEAR);
    come(3, T + 100);
    run.ticks(1);

    assertThat(examples()).containsExactly("1", "3", mark(T + 99));
    assertThat(run.counts().toJson()).containsEntry("ahead", Map.of("departures", 1L));
    assertThat(run.quarantined()).isEmpty();

    run.pass(HeldRecords.PATIENCE);
    run.ticks(1);

    var refused = run.all("quarantine");
    assertThat(refused).hasSize(1);
    assertThat(TopologyRun.reasons(refused.getFirst()).get(0).path("message").asText())
        .isEqualTo(
            "departure lies 729 days ahead of 2001-01-01T10:00:00.000100Z, as far as the stream has"
                + " come, and fewer than 3 events do; maxAhead of the stream is 7 days");
    assertThat(run.counts().toJson())
        .containsEntry("ahead", Map.of("departures", 0L))
        .containsEntry("quarantined", Map.of("AHEAD_OF_CLOCK", 1L));
    assertThat(examples()).doesNotContain("2", mark(T + 2 * YEAR - 1));

    come(2, T + 200); // corrected
    run.ticks(1);
    assertThat(examples()).containsExactly("2", mark(T + 199));
  }

  @Test
  void shouldTakeAGapForOneOnceThreeIdsAreBehindItAndTellItsTimeBehindThem() {
    come(1, T);
    come(2, T + 30 * DAY + 5);
    come(3, T + 30 * DAY);
    run.ticks(1);
    assertThat(examples()).containsExactly("1", mark(T - 1));

    come(4, T + 30 * DAY + 1);
    run.ticks(1);

    assertThat(examples()).containsExactly("3", "4", "2", mark(T + 30 * DAY + 4));
    come(5, T + 31 * DAY);
    assertThat(examples()).containsExactly("5");
  }

  @Test
  void shouldNotTakeOneIdForThree() {
    come(1, T);
    come(2, T + YEAR);
    come(2, T + YEAR);
    come(2, T + YEAR + 1);
    come(3, T + YEAR + 2);
    run.ticks(2);

    assertThat(examples()).containsExactly("1", mark(T - 1));
    assertThat(run.counts().toJson()).containsEntry("ahead", Map.of("departures", 4L));
  }

  @Test
  void shouldHoldAMistakeBackWhileOthersPassAGap() {
    come(1, T);
    come(2, T + 5 * YEAR);
    come(3, T + 30 * DAY);
    come(4, T + 30 * DAY);
    run.ticks(1);

    assertThat(examples()).containsExactly("1", "3", "4", mark(T + 30 * DAY - 1));
    assertThat(run.counts().toJson()).containsEntry("ahead", Map.of("departures", 1L));
  }

  @Test
  void shouldBelieveAWatermarkAndTellItBehindWhatWasHeld() {
    come(1, T);
    come(2, T + 30 * DAY);
    run.mark("departures", Long.toString(T + 30 * DAY));

    assertThat(examples()).as("in one go").containsExactly("1", "2", mark(T + 30 * DAY));
  }

  @Test
  void shouldGoOnWithAnEventOnceTheClockIsNear() {
    come(1, T);
    come(2, T + 8 * DAY);
    run.ticks(1);
    assertThat(examples()).containsExactly("1", mark(T - 1));

    come(3, T + DAY);
    run.ticks(1);
    assertThat(examples()).containsExactly("3", "2", mark(T + 8 * DAY - 1));
  }

  @Test
  void shouldHoldNothingUpToMaxAhead() {
    come(1, T);
    come(2, T + 7 * DAY);
    assertThat(examples()).containsExactly("1", "2");

    come(3, T + 7 * DAY + 21 * DAY + 1); // neighbours were a week apart: three times that is near
    assertThat(examples()).isEmpty();
    come(4, T + 7 * DAY + 21 * DAY);
    assertThat(examples()).containsExactly("4", "3");
  }

  @Test
  void shouldNotMistakeTheFirstEventAfterALongRest() {
    long now = TopologyRun.NOW.toEpochMilli() * 1000;
    come(1, now);
    run.pass(Duration.ofDays(60));
    come(2, now + 60 * DAY);
    run.ticks(1);

    assertThat(examples()).containsExactly("1", mark(now - 1), "2", mark(now + 60 * DAY - 1));
  }

  @Test
  void shouldLearnThatAStreamHasAnEventAMonth() {
    for (int month = 0; month < 12; month++) {
      come(month, T + month * 30 * DAY);
    }
    run.ticks(1);

    assertThat(examples()).hasSize(12 + 1).endsWith("11", mark(T + 11 * 30 * DAY - 1));
    assertThat(run.counts().toJson()).containsEntry("ahead", Map.of("departures", 0L));
  }

  @Test
  void shouldWakeAnIdleStreamWhenItsGapIsBelieved() {
    come(1, T);
    run.ticks(120);
    assertThat(examples()).contains("1").last().isEqualTo("> " + MillraceHeaders.IDLE);
    come(2, T + 30 * DAY);
    come(3, T + 30 * DAY);
    run.ticks(120);
    come(4, T + 30 * DAY);
    run.ticks(1);

    assertThat(examples()).containsSubsequence("2", "3", "4", mark(T + 30 * DAY - 1));
  }

  @Test
  void shouldRefuseAtOnceWhatIsMoreThanCanBeHeld() {
    come(1, T);
    for (int i = 0; i <= HeldRecords.MOST; i++) {
      come(2, T + YEAR + i);
    }

    assertThat(run.counts().toJson())
        .containsEntry("ahead", Map.of("departures", (long) HeldRecords.MOST));
    assertThat(run.quarantined()).containsExactly(List.of("AHEAD_OF_CLOCK"));
  }

  /** All in one poll, before any time passes. */
  @Test
  void shouldRefuseNoneOfTheManyBehindAGap() {
    come(0, T);
    for (int i = 1; i <= HeldRecords.MOST + 500; i++) {
      come(i, T + YEAR + i);
    }
    run.ticks(1);

    assertThat(run.events("examples")).hasSize(1 + HeldRecords.MOST + 500);
    assertThat(run.quarantined()).isEmpty();
    assertThat(run.counts().toJson()).containsEntry("ahead", Map.of("departures", 0L));
  }

  /** The first event was a mistake: whatever comes is far, and none for a minute but one. */
  @Test
  void shouldBelieveTheThirdOfThoseWhoComeOneByOneWhileNoneIsNear() {
    come(1, T - YEAR);
    for (int i = 2; i <= 5; i++) {
      come(i, T + i * 1_000_000);
      run.pass(HeldRecords.PATIENCE);
      run.ticks(1);
    }

    assertThat(run.quarantined())
        .containsExactly(List.of("AHEAD_OF_CLOCK"), List.of("AHEAD_OF_CLOCK"));
    assertThat(examples()).contains("4", "5").doesNotContain("2", "3");
  }

  @Test
  void shouldNotTakeMistakesAmongOthersForOneAnother() {
    for (int i = 0; i < 5; i++) {
      come(100 + i, T + i);
      come(i, T + (i + 1) * YEAR);
      run.pass(HeldRecords.PATIENCE);
      run.ticks(1);
    }

    assertThat(run.quarantined()).hasSize(5);
    come(200, T + DAY);
    run.ticks(1);
    assertThat(examples()).last().isEqualTo(mark(T + DAY - 1));
  }

  @Test
  void shouldWaitOnWhileThereIsMoreToRead() {
    come(1, T);
    come(2, T + YEAR);
    run.lag.records = OptionalLong.of(5);
    run.pass(HeldRecords.PATIENCE.multipliedBy(3));
    assertThat(run.quarantined()).isEmpty();

    run.lag.records = OptionalLong.of(0);
    run.ticks(1);
    assertThat(run.quarantined()).containsExactly(List.of("AHEAD_OF_CLOCK"));
  }

  private void come(long id, long time) {
    run.departure(Flights.departure(id, time, "JFK", 300L));
  }

  /** Ids and watermarks that came since the last look. */
  private List<String> examples() {
    return run.all("examples").stream()
        .map(
            record ->
                record.value() != null
                    ? header(record, "ce_id")
                    : "> " + header(record, MillraceHeaders.WATERMARK))
        .toList();
  }

  private static String mark(long micros) {
    return "> " + micros;
  }
}
