package io.millrace.validator.clocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.watermarks.Watermarks;
import org.junit.jupiter.api.Test;

final class TaskClockTest {
  private static final Signal NOTHING = new Signal.Nothing();

  private final TaskClock clock = new TaskClock(new Watermarks(), 2);

  @Test
  void shouldTellTheLeastOnceAllHaveSpoken() {
    assertThat(clock.passed(0, 100)).isEqualTo(NOTHING);
    assertThat(clock.isLate(1)).isFalse();
    assertThat(clock.passed(1, 50)).isEqualTo(new Signal.Passed(50));
    assertThat(clock.passed(1, 60)).isEqualTo(new Signal.Passed(60));
    assertThat(clock.passed(0, 200)).isEqualTo(NOTHING);
    assertThat(clock.isLate(60)).isTrue();
    assertThat(clock.isLate(61)).isFalse();
  }

  @Test
  void shouldNotWaitForAnIdleSource() {
    clock.passed(0, 100);

    assertThat(clock.idle(1)).isEqualTo(new Signal.Passed(100));
  }

  @Test
  void shouldBeIdleOnceAllAreAndWakeUpWithTheOldTime() {
    sleep();
    assertThat(clock.isAsleep()).isTrue();
    assertThat(clock.idle(1)).isEqualTo(NOTHING);

    assertThat(clock.passed(1, 190)).isEqualTo(new Signal.Passed(100));
  }

  @Test
  void shouldDoubtTheWordOfTheOthersWhenOneWakesUp() {
    sleep();
    clock.passed(1, 190);

    assertThat(clock.idle(0)).isEqualTo(NOTHING);
    assertThat(clock.idle(0)).isEqualTo(new Signal.Passed(190));
  }

  @Test
  void shouldWaitForTheEventsOfOneThatWakesUpAfterAnother() {
    sleep();
    clock.passed(1, 190);
    clock.idle(0);

    assertThat(clock.passed(0, 150)).isEqualTo(new Signal.Passed(150));
    assertThat(clock.idle(0)).isEqualTo(new Signal.Passed(190));
  }

  @Test
  void shouldWakeUpAtTheBeginningWhenNothingWasPassedYet() {
    clock.idle(0);
    clock.idle(1);

    assertThat(clock.passed(0, 50)).isEqualTo(new Signal.Passed(Watermarks.BEGINNING));
    assertThat(clock.passed(1, 40)).isEqualTo(new Signal.Passed(40));
  }

  @Test
  void shouldSayThatItIsIdleStillAfterADoubt() {
    sleep();

    assertThat(clock.doubt()).isEqualTo(new Signal.Passed(100));
    assertThat(clock.idle(0)).isEqualTo(NOTHING);
    assertThat(clock.idle(1)).isEqualTo(NOTHING);
    assertThat(clock.idle(0)).isEqualTo(NOTHING);
    assertThat(clock.idle(1)).isEqualTo(new Signal.Idle());
  }

  @Test
  void shouldRepeatItselfNowAndThenWhileAsleep() {
    sleep();
    int told = 0;
    for (int round = 0; round < 100; round++) {
      for (int source = 0; source < 2; source++) {
        told += clock.idle(source) instanceof Signal.Idle ? 1 : 0;
      }
    }

    assertThat(told).isEqualTo(5);
  }

  private void sleep() {
    clock.passed(0, 100);
    clock.passed(1, 100);
    assertThat(clock.idle(0)).isEqualTo(NOTHING);
    assertThat(clock.idle(1)).isEqualTo(new Signal.Idle());
  }

  @Test
  void shouldGoOnFromItsStoredBytes() {
    clock.passed(0, 100);
    clock.passed(1, 100);

    TaskClock again = new TaskClock(Watermarks.fromBytes(clock.toBytes()), 2);

    assertThat(again.passed(0, 110)).isEqualTo(NOTHING);
    assertThat(again.passed(1, 120)).isEqualTo(new Signal.Passed(110));
  }

  @Test
  void shouldWaitForASourceThatOnlyALaterInstanceKnows() {
    clock.passed(0, 100);
    clock.passed(1, 100);

    assertThat(clock.passed(2, 50)).isEqualTo(NOTHING);
    assertThat(clock.passed(0, 200)).isEqualTo(NOTHING);
  }
}
