package io.millrace.local.replay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void shouldSendNoMoreThanTheLagAllowsUntilItIsReadAgain() {
    // Given a bound of 10, of which a reading has found 7 taken
    LagPace pace = new LagPace(10);
    pace.read(7, pace.sentSoFar());

    // When three are sent
    for (int i = 0; i < 3; i++) {
      assertThat(pace.waitMillis(0)).isZero();
      pace.sent();
    }

    // Then the next one waits, until the system has followed
    assertThat(pace.waitMillis(0)).isPositive();
    pace.read(0, pace.sentSoFar());
    assertThat(pace.waitMillis(0)).isZero();
  }

  @Test
  void shouldCountWhatWasSentWhileTheLagWasRead() {
    LagPace pace = new LagPace(10);
    long before = pace.sentSoFar();
    for (int i = 0; i < 4; i++) {
      pace.sent();
    }

    pace.read(6, before);

    assertThat(pace.waitMillis(0)).isPositive();
  }

  @Test
  void shouldSendNothingWhenTheLagIsUnknown() {
    LagPace pace = new LagPace(10);

    pace.read(Long.MAX_VALUE, pace.sentSoFar());

    assertThat(pace.waitMillis(0)).isPositive();
  }

  @Test
  void shouldHoldAnEventUntilItsTimeHasCome() {
    // Given sixty times real time, from event time 1000 s
    AtomicLong nanos = new AtomicLong();
    EventTimePace pace = new EventTimePace(new Speed.Times(60), 1_000_000_000L, nanos::get);
    long aMinuteLater = 1_060_000_000L;

    // When half a second has passed, then a whole one
    nanos.set(Duration.ofMillis(500).toNanos());
    long early = pace.waitMillis(aMinuteLater);
    long reached = pace.reached(aMinuteLater);
    nanos.set(Duration.ofSeconds(1).toNanos());

    // Then
    assertThat(early).isPositive();
    assertThat(reached).isEqualTo(1_030_000_000L);
    assertThat(pace.waitMillis(aMinuteLater)).isZero();
  }

  @Test
  void shouldNeverReachTheTimeOfTheNextEventBeforeItIsSent() {
    EventTimePace pace = new EventTimePace(new Speed.Times(1), 0, () -> 0);

    assertThat(pace.reached(0)).isEqualTo(-1);
    assertThat(new LagPace(1).reached(500)).isEqualTo(499);
  }
}
