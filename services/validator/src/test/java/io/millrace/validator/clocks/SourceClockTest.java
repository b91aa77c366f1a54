package io.millrace.validator.clocks;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class SourceClockTest {
  private static final Signal NOTHING = new Signal.Nothing();

  private final SourceClock clock = new SourceClock();

  @Test
  void shouldPassAMicrosecondLessThanTheLargestEvent() {
    clock.event(100);
    clock.event(90);

    assertThat(clock.tick(false)).isEqualTo(new Signal.Passed(99));
    assertThat(clock.tick(false)).isEqualTo(NOTHING);
  }

  @Test
  void shouldTellAMarkAtOnceInclusive() {
    assertThat(clock.mark(100)).isEqualTo(new Signal.Passed(100));
    assertThat(clock.mark(100)).isEqualTo(NOTHING);
    assertThat(clock.mark(99)).isEqualTo(NOTHING);
    clock.event(101);
    assertThat(clock.tick(false)).isEqualTo(NOTHING);
  }

  @Test
  void shouldBecomeIdleOnlyWhenDrainedAndQuietForAHundredTicks() {
    ticks(SourceClock.IDLE_TICKS - 1, true);
    clock.record();
    ticks(SourceClock.IDLE_TICKS - 1, true);
    assertThat(clock.tick(false)).isEqualTo(NOTHING);

    assertThat(clock.tick(true)).isEqualTo(new Signal.Idle());
    assertThat(clock.tick(true)).isEqualTo(NOTHING);
  }

  @Test
  void shouldSayAgainThatItIsIdleUnlessThereIsLag() {
    ticks(SourceClock.IDLE_TICKS - 1, true);
    assertThat(clock.tick(true)).isEqualTo(new Signal.Idle());
    ticks(SourceClock.REPEAT_TICKS - 1, true);
    assertThat(clock.tick(false)).isEqualTo(NOTHING);

    assertThat(clock.tick(true)).isEqualTo(new Signal.Idle());
  }

  @Test
  void shouldWakeUpForARecordThatHasToWait() {
    clock.mark(70);
    ticks(SourceClock.IDLE_TICKS - 1, true);
    clock.tick(true);

    assertThat(clock.hold()).isEqualTo(new Signal.Passed(70));
    assertThat(clock.hold()).isEqualTo(NOTHING);
  }

  @Test
  void shouldSpeakUpBeforeTheEventThatWakesIt() {
    ticks(SourceClock.IDLE_TICKS - 1, true);
    clock.tick(true);

    assertThat(clock.event(50)).isEqualTo(new Signal.Passed(49));
    assertThat(clock.event(51)).isEqualTo(NOTHING);
  }

  @Test
  void shouldTellNothingWhileHeld() {
    clock.hold();
    clock.event(50);
    assertThat(clock.mark(60)).isEqualTo(NOTHING);
    ticks(2 * SourceClock.IDLE_TICKS, true);

    clock.release();
    assertThat(clock.tick(true)).isEqualTo(new Signal.Passed(60));
  }

  @Property
  void shouldNeverGoBack(@ForAll @LongRange(min = 0, max = 50) long[] times) {
    SourceClock random = new SourceClock();
    long told = Long.MIN_VALUE;
    for (int i = 0; i < times.length; i++) {
      Signal signal =
          switch (i % 3) {
            case 0 -> random.mark(times[i]);
            case 1 -> random.event(times[i]);
            default -> random.tick(true);
          };
      if (signal instanceof Signal.Passed passed) {
        assertThat(passed.micros()).isGreaterThan(told);
        told = passed.micros();
      }
    }
  }

  private void ticks(int count, boolean drained) {
    for (int i = 0; i < count; i++) {
      assertThat(clock.tick(drained)).isEqualTo(NOTHING);
    }
  }
}
