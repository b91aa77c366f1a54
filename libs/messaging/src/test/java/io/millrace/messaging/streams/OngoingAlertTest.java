package io.millrace.messaging.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.pipelines.PipelineFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OngoingAlertTest {
  private static final String ALERT = "records-misplaced/departures";

  private Instant now = Instant.parse("2026-01-10T00:00:00Z");
  private final List<String> said = new ArrayList<>();
  private long here;
  private long stored;

  private final OngoingAlert records =
      new OngoingAlert(
          new OngoingAlert.What(
              ALERT,
              ErrorCode.RECORDS_MISPLACED,
              () -> here,
              () -> stored,
              total -> total + " of departures",
              "none of departures"),
          () -> now,
          new OngoingAlert.Alerts() {
            @Override
            public void noticed(String alert, PipelineFailure what) {
              assertThat(what.code()).isEqualTo(ErrorCode.RECORDS_MISPLACED);
              assertThat(what.message()).isEqualTo(stored + " of departures");
              said.add(alert);
            }

            @Override
            public void over(String alert, PipelineFailure what) {
              assertThat(what.message()).isEqualTo("none of departures");
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
      now = now.plus(Duration.ofMinutes(1));
    }

    assertThat(said).containsExactly(ALERT, ALERT);
  }

  @Test
  void shouldSayOnceThatItIsOverAfterAnHourWithout() {
    come();
    look();

    for (int minute = 0; minute < 180; minute++) {
      now = now.plus(Duration.ofMinutes(1));
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
    now = now.plus(Duration.ofHours(1));
    look();

    assertThat(said).containsExactly("over: " + ALERT);
  }

  @Test
  void shouldBeSilentWhereNothingEverWas() {
    look();
    now = now.plus(Duration.ofHours(2));
    look();

    assertThat(said).isEmpty();
  }

  private void come() {
    stored++;
    here++;
  }

  private void look() {
    records.look();
  }
}
