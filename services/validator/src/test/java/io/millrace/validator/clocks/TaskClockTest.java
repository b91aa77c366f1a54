package io.millrace.validator.clocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.watermarks.Watermarks;
import java.util.List;
import java.util.Map;
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

    assertThat(clock.idle(1, 20)).isEqualTo(NOTHING);
    assertThat(settle(clock, Map.of(1, 20L))).isEqualTo(new Signal.Passed(100));
  }

  /** Its word may be older than what has woken the others. */
  @Test
  void shouldWaitForASourceThatSaysItIsIdleWhileThereIsMoreInItsPartition() {
    clock.passed(0, 50);
    clock.passed(1, 50);
    clock.idle(1, 20);
    assertThat(clock.doubted()).containsExactly(1);
    assertThat(settle(clock, Map.of(1, 21L))).isEqualTo(NOTHING);

    assertThat(clock.passed(0, 200)).isEqualTo(NOTHING);
    assertThat(clock.passed(1, 150)).isEqualTo(new Signal.Passed(150));
  }

  @Test
  void shouldDoubtTheIdleWhenOneThatHasNotSaidItWasIdleSaysThatItIsAwake() {
    clock.passed(0, 100);
    clock.passed(1, 100);
    fallAsleep(0, 10);
    assertThat(clock.wakes(1, 100)).isFalse();
    assertThat(clock.wakes(1, Watermarks.BEGINNING)).isTrue();

    clock.passed(1, Watermarks.BEGINNING);

    assertThat(clock.doubted()).containsExactly(0);
    assertThat(settle(clock, Map.of(0, 11L))).isEqualTo(NOTHING);
    assertThat(clock.passed(1, 200)).isEqualTo(NOTHING);
    assertThat(clock.passed(0, 150)).isEqualTo(new Signal.Passed(150));
  }

  /** In whatever order they have said so. */
  @Test
  void shouldPassTheLatestTimeWhenAllFallAsleepAtOnce() {
    clock.passed(0, 200);
    clock.passed(1, 150);
    clock.idle(0, 10);
    clock.idle(1, 20);

    assertThat(clock.end(Map.of(0, 10L, 1, 20L)))
        .hasSize(2)
        .startsWith(new Signal.Passed(200))
        .last()
        .isInstanceOf(Signal.Idle.class);

    assertThat(clock.isLate(200)).isTrue();
    assertThat(clock.passed(1, 150)).isEqualTo(new Signal.Passed(200));
  }

  @Test
  void shouldBeIdleOnceAllAreAndWakeUpWithTheOldTime() {
    sleep();
    assertThat(clock.idle(1, 20)).isEqualTo(NOTHING);

    assertThat(clock.passed(1, 190)).isEqualTo(new Signal.Passed(100));
  }

  @Test
  void shouldTakeTheWordOfOneThatHadReadAllThereIsWhenAnotherWokeUp() {
    sleep();
    clock.passed(1, 190);
    assertThat(clock.doubted()).containsExactly(0);

    assertThat(settle(clock, Map.of())).isEqualTo(NOTHING);
    assertThat(clock.doubted()).containsExactly(0);
    assertThat(settle(clock, Map.of(0, 10L))).isEqualTo(new Signal.Passed(190));
    assertThat(clock.doubted()).isEmpty();
  }

  @Test
  void shouldWaitForOneThatHadNotReadAllThereIs() {
    sleep();
    clock.passed(1, 190);
    assertThat(settle(clock, Map.of(0, 12L))).isEqualTo(NOTHING);
    assertThat(clock.doubted()).isEmpty();

    assertThat(fallAsleep(0, 11, 12)).isEqualTo(NOTHING);
    assertThat(fallAsleep(0, 12)).isEqualTo(new Signal.Passed(190));
  }

  /** As one that was deleted and made anew. */
  @Test
  void shouldWaitForOneThatHadReadMoreThanThereIs() {
    sleep();
    clock.passed(1, 190);

    assertThat(settle(clock, Map.of(0, 3L))).isEqualTo(NOTHING);
    assertThat(fallAsleep(0, 3)).isEqualTo(new Signal.Passed(190));
  }

  @Test
  void shouldNotTakeAWordThatMayBeOlderThanTheDoubt() {
    sleep();
    clock.passed(1, 190);

    assertThat(clock.idle(0, 11)).isEqualTo(NOTHING);
    assertThat(settle(clock, Map.of(0, 12L))).isEqualTo(NOTHING);
    assertThat(fallAsleep(0, 12)).isEqualTo(new Signal.Passed(190));
  }

  /** The first to sleep again must not be trusted when the next thing wakes another. */
  @Test
  void shouldDoubtTheIdleWhenOneWakesWhileAnotherIsDoubtedStill() {
    sleep();
    clock.passed(1, 190);
    clock.end(Map.of(0, 12L));
    fallAsleep(1, 21);
    assertThat(clock.doubted()).isEmpty();

    clock.passed(0, 300);

    assertThat(clock.doubted()).containsExactly(1);
    assertThat(settle(clock, Map.of(1, 22L))).isEqualTo(NOTHING);
    assertThat(clock.passed(1, 250)).isEqualTo(new Signal.Passed(250));
  }

  @Test
  void shouldWaitForTheEventsOfOneThatWakesUpAfterAnother() {
    sleep();
    clock.passed(1, 190);
    clock.end(Map.of(0, 11L));

    assertThat(clock.passed(0, 150)).isEqualTo(new Signal.Passed(150));
    assertThat(fallAsleep(0, 11)).isEqualTo(new Signal.Passed(190));
  }

  @Test
  void shouldWakeUpAtTheBeginningWhenNothingWasPassedYet() {
    fallAsleep(0, 0);
    fallAsleep(1, 0);

    assertThat(clock.passed(0, 50)).isEqualTo(new Signal.Passed(Watermarks.BEGINNING));
    assertThat(clock.passed(1, 40)).isEqualTo(new Signal.Passed(40));
  }

  @Test
  void shouldSayThatItIsIdleStillOnceADoubtIsSettled() {
    sleep();
    Signal said = new Signal.Idle(Watermarks.fromBytes(clock.toBytes()).cut());

    assertThat(clock.doubt()).isEqualTo(new Signal.Passed(100));
    assertThat(clock.doubted()).containsExactly(0, 1);
    assertThat(settle(clock, Map.of(0, 10L))).isEqualTo(NOTHING);
    assertThat(settle(clock, Map.of(1, 20L))).isEqualTo(said);
    assertThat(clock.doubt()).isEqualTo(new Signal.Passed(100));
  }

  @Test
  void shouldDoubtStillAfterARestart() {
    sleep();
    clock.passed(1, 190);

    TaskClock again = new TaskClock(Watermarks.fromBytes(clock.toBytes()), 2);

    assertThat(again.doubted()).containsExactly(0);
    assertThat(settle(again, Map.of(0, 10L))).isEqualTo(new Signal.Passed(190));
  }

  @Test
  void shouldSayAgainThatItIsIdleOnlyWhereMoreWasRead() {
    sleep();
    assertThat(clock.idle(0, 10)).isEqualTo(NOTHING);

    Signal further = clock.idle(0, 11);

    assertThat(further).isInstanceOf(Signal.Idle.class);
    assertThat(clock.idle(0, 11)).isEqualTo(NOTHING);
    assertThat(clock.idle(0, 10)).isNotEqualTo(further);
  }

  private void sleep() {
    clock.passed(0, 100);
    clock.passed(1, 100);
    assertThat(fallAsleep(0, 10)).isEqualTo(NOTHING);
    assertThat(fallAsleep(1, 20)).isInstanceOf(Signal.Idle.class);
  }

  /** What it tells last. */
  private static Signal settle(TaskClock clock, Map<Integer, Long> ends) {
    List<Signal> told = clock.end(ends);
    return told.isEmpty() ? NOTHING : told.getLast();
  }

  /** It says that it is idle, and the broker that it is right. */
  private Signal fallAsleep(int source, long position) {
    return fallAsleep(source, position, position);
  }

  private Signal fallAsleep(int source, long position, long end) {
    assertThat(clock.idle(source, position)).isEqualTo(NOTHING);
    return settle(clock, Map.of(source, end));
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
