package io.millrace.validator.topology;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.validator.Flights;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one source tells; the minimum over several is for {@code ValidatorIT}. */
final class WatermarkTopologyTest {
  private static final long T = Instant.parse("2001-01-01T10:00:00Z").toEpochMilli() * 1000;
  private static final int IDLE_TICKS = 100;

  /** With one more in which the broker says where the partition ends. */
  private static final int ASLEEP_TICKS = IDLE_TICKS + 1;

  private final TopologyRun run = new TopologyRun();

  @AfterEach
  void close() {
    run.close();
  }

  @Test
  void shouldForwardAProducersWatermarkAtOnceAndCountNoRecord() {
    run.mark("departures", Long.toString(T));

    assertThat(run.marks("examples")).containsExactly(Long.toString(T));
    assertThat(run.counts().toJson().get("records"))
        .isEqualTo(java.util.Map.of("departures", 0L, "arrivals", 0L));
  }

  @Test
  void shouldWriteTheWatermarkUnderThePartitionsNumber() {
    run.mark("departures", Long.toString(T));

    TestRecord<byte[], byte[]> mark = run.all("examples").getFirst();
    assertThat(mark.key()).isEqualTo("0".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(mark.value()).isNull();
    assertThat(TopologyRun.header(mark, "millrace_round")).isEqualTo("1");
    assertThat(mark.headers()).hasSize(2);
  }

  @Test
  void shouldTellATimeOnce() {
    run.departure(departure(1, T));
    run.ticks(3);
    run.departure(departure(2, T - 5));
    run.ticks(3);

    assertThat(run.marks("examples")).containsExactly(Long.toString(T - 1));
  }

  @Test
  void shouldLetAQuarantinedEventMoveTheClock() {
    run.departure(Flights.departure(1L, T, "JFK", 0L));
    run.departure(Flights.departure(null, T + 5, "JFK", 5L));
    run.ticks(1);

    assertThat(run.marks("examples")).containsExactly(Long.toString(T + 4));
  }

  @Test
  void shouldNotLetATimeOutsideItsDomainMoveTheClock() {
    String file =
        Flights.FILE.replace(
            "departure:      {type: TIMESTAMP}",
            "departure:      {type: TIMESTAMP, domain: {max: \"2002-01-01T00:00:00Z\"}}");
    try (TopologyRun bounded = new TopologyRun(Flights.runnable(1, file))) {
      bounded.departure(departure(1, T));
      bounded.departure(departure(2, Instant.parse("2010-01-01T00:00:00Z").toEpochMilli() * 1000));
      bounded.ticks(1);

      assertThat(bounded.quarantined()).containsExactly(List.of("TIME_AFTER_DOMAIN"));
      assertThat(bounded.marks("examples")).containsExactly(Long.toString(T - 1));
    }
  }

  @Test
  void shouldBecomeIdleAfterAHundredQuietTicksWithoutLag() {
    run.departure(departure(1, T));
    run.ticks(IDLE_TICKS - 1);
    assertThat(run.marks("examples")).containsExactly(Long.toString(T - 1));

    run.ticks(2);
    assertThat(run.marks("examples")).containsExactly("idle");
    run.ticks(IDLE_TICKS / 2);
    assertThat(run.marks("examples")).isEmpty();
  }

  @Test
  void shouldDoubtAnIdleStreamWhenTheOtherWakesUp() {
    run.ticks(ASLEEP_TICKS);
    assertThat(run.marks("labels")).containsExactly("idle");

    run.departure(departure(1, T));
    run.ticks(1);

    assertThat(run.marks("labels"))
        .containsExactly(
            Long.toString(io.millrace.messaging.watermarks.Watermarks.BEGINNING), "idle");
  }

  @Test
  void shouldLetBothStreamsSpeakInTheRoundThatOneBegins() {
    run.ticks(ASLEEP_TICKS);
    assertThat(rounds("labels")).containsExactly("0");
    assertThat(rounds("examples")).containsExactly("0");

    run.departure(departure(1, T));
    run.ticks(ASLEEP_TICKS);

    assertThat(rounds("examples")).containsExactly("1", "1");
    assertThat(rounds("labels")).containsExactly("1", "1");
  }

  @Test
  void shouldWaitForADoubtedStreamUntilTheBrokerSaysWhereItEnds() {
    run.ticks(ASLEEP_TICKS);
    run.marks("labels");
    run.lag.answers = false;
    run.departure(departure(1, T));
    run.ticks(IDLE_TICKS / 2);
    assertThat(run.marks("labels")).hasSize(1).doesNotContain("idle");

    run.lag.answers = true;
    run.ticks(20);

    assertThat(run.marks("labels")).containsExactly("idle");
  }

  /** The fetch that says there is no lag may be older. */
  @Test
  void shouldNotBecomeIdleUntilTheBrokerSaysThatThereIsNoMore() {
    run.departure(departure(1, T));
    run.lag.notFetched = 1;
    run.ticks(2 * IDLE_TICKS);
    assertThat(run.marks("examples")).containsExactly(Long.toString(T - 1));

    run.lag.notFetched = 0;
    run.departure(departure(2, T));
    run.ticks(ASLEEP_TICKS);
    assertThat(run.marks("examples")).containsExactly("idle");
  }

  @Test
  void shouldWriteNothingOnceAllIsIdle() {
    run.departure(departure(1, T));
    run.ticks(ASLEEP_TICKS);
    run.everything();

    run.ticks(2 * IDLE_TICKS);

    assertThat(run.everything()).isEmpty();
  }

  @Test
  void shouldNotBecomeIdleByALeapOfTheClock() {
    run.departure(departure(1, T));
    run.pass(Duration.ofMinutes(5));

    assertThat(run.marks("examples")).doesNotContain("idle");
  }

  @Test
  void shouldNotBecomeIdleWhileThereIsLagOrItIsUnknown() {
    run.lag.records = OptionalLong.of(1);
    run.ticks(2 * IDLE_TICKS);
    run.lag.records = OptionalLong.empty();
    run.ticks(2 * IDLE_TICKS);
    assertThat(run.marks("examples")).isEmpty();

    run.lag.records = OptionalLong.of(0);
    run.ticks(2);
    assertThat(run.marks("examples")).containsExactly("idle");
  }

  @Test
  void shouldNotBecomeIdleWhileARecordStandsInABuffer() {
    run.departure(departure(1, T));
    run.lag.delivered = OptionalLong.of(1);
    run.ticks(2 * IDLE_TICKS);
    assertThat(run.marks("examples")).doesNotContain("idle");

    run.departure(departure(2, T));
    run.ticks(ASLEEP_TICKS);
    assertThat(run.marks("examples")).containsExactly("idle");
  }

  @Test
  void shouldWakeUpBeforeTheNextEventEvenWhenItIsOld() {
    run.departure(departure(1, T));
    run.ticks(ASLEEP_TICKS);
    assertThat(run.marks("examples")).containsExactly(Long.toString(T - 1), "idle");

    run.departure(departure(2, T - 10));

    List<TestRecord<byte[], byte[]>> woken = run.all("examples");
    assertThat(woken).hasSize(2);
    assertThat(TopologyRun.header(woken.getFirst(), "millrace_watermark"))
        .isEqualTo(Long.toString(T - 1));
  }

  @Test
  void shouldCountAnEventBehindTheWatermarkAsLate() {
    run.departure(departure(1, T));
    run.ticks(1);
    run.departure(departure(2, T - 1));
    run.departure(departure(3, T));

    assertThat(run.events("examples")).hasSize(3);
    assertThat(
            run.meters
                .counter("millrace.validator.late", "pipeline", "flights", "stream", "departures")
                .count())
        .isEqualTo(1);
  }

  private List<String> rounds(String topic) {
    return run.all(topic).stream()
        .filter(record -> record.value() == null)
        .map(record -> TopologyRun.header(record, "millrace_round"))
        .toList();
  }

  private static byte[] departure(long id, long micros) {
    return Flights.departure(id, micros, "JFK", 300L);
  }
}
