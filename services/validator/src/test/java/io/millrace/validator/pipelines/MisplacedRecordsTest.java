package io.millrace.validator.pipelines;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.validator.ManualClock;
import io.millrace.validator.counts.Counts;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;

final class MisplacedRecordsTest {
  private static final String ALERT = "records-misplaced/departures";

  private final ManualClock clock = new ManualClock(Instant.parse("2026-01-10T00:00:00Z"));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<String> said = new ArrayList<>();
  private long stored;

  private final MisplacedRecords records =
      new MisplacedRecords(
          "flights",
          "departures",
          meters,
          clock,
          new MisplacedRecords.Alerts() {
            @Override
            public void noticed(String alert, PipelineFailure what) {
              assertThat(what.code()).isEqualTo(ErrorCode.RECORDS_MISPLACED);
              assertThat(what.message()).contains("departures", "partitioner=murmur2_random");
              said.add(alert);
            }

            @Override
            public void over(String alert, PipelineFailure what) {
              said.add("over: " + alert);
            }
          });

  @Test
  void shouldSayItWithTheFirstAndAgainEachHourThatItGoesOn() {
    look();
    assertThat(said).isEmpty();

    for (int minute = 0; minute <= 60; minute++) {
      come();
      look();
      clock.advance(Duration.ofMinutes(1));
    }

    assertThat(said).containsExactly(ALERT, ALERT);
  }

  @Test
  void shouldSayOnceThatItIsOverAfterAnHourWithout() {
    come();
    look();

    for (int minute = 0; minute < 180; minute++) {
      clock.advance(Duration.ofMinutes(1));
      look();
    }
    assertThat(said).containsExactly(ALERT, "over: " + ALERT);

    come();
    look();
    assertThat(said).containsExactly(ALERT, "over: " + ALERT, ALERT);
  }

  @Test
  void shouldEndWhatAnEarlierProcessMayHaveSaid() {
    stored = 5;
    look();
    clock.advance(Duration.ofHours(1));
    look();

    assertThat(said).containsExactly("over: " + ALERT);
  }

  @Test
  void shouldBeSilentWhereNothingEverWas() {
    look();
    clock.advance(Duration.ofHours(2));
    look();

    assertThat(said).isEmpty();
  }

  private void come() {
    stored++;
    meters
        .counter("millrace.validator.misplaced", "pipeline", "flights", "stream", "departures")
        .increment();
  }

  private void look() {
    records.look(
        () -> {
          Counts counts = new Counts(List.of("departures"));
          counts.add(new KeyValue<>("misplaced/departures", stored));
          return counts;
        });
  }
}
