package io.millrace.validator.clocks;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.watermarks.Watermarks;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

final class SourceClockTest {
  private static final Signal NOTHING = new Signal.Nothing();
  private static final Signal AWAKE = new Signal.Passed(Watermarks.BEGINNING);
  private static final OptionalLong NOW = OptionalLong.of(1_000_000);
  private static final OptionalLong AT = OptionalLong.of(7);
  private static final OptionalLong BEHIND = OptionalLong.empty();

  private final SourceClock clock = new SourceClock();

  @Test
  void shouldPassAMicrosecondLessThanTheLargestEvent() {
    clock.event(50);
    clock.event(100);
    clock.event(90);

    assertThat(clock.tick(BEHIND)).isEqualTo(new Signal.Passed(99));
    assertThat(clock.tick(BEHIND)).isEqualTo(NOTHING);
  }

  /** An instance before this one may have said that the source is idle. */
  @Test
  void shouldSpeakUpBeforeTheFirstRecordSinceAStart() {
    assertThat(clock.record(NOW)).isEqualTo(AWAKE);
    assertThat(clock.event(100)).isEqualTo(NOTHING);
    assertThat(clock.tick(BEHIND)).isEqualTo(new Signal.Passed(99));
  }

  /** Others beside it may have fallen asleep by then. */
  @Test
  void shouldSayThatItIsAwakeWhenARecordComesAfterARest() {
    long now = NOW.getAsLong();
    clock.record(NOW);
    clock.mark(70);
    long rest = SourceClock.REST.toMillis();

    assertThat(clock.record(OptionalLong.of(now + rest - 1))).isEqualTo(NOTHING);
    assertThat(clock.record(OptionalLong.of(now + 2 * rest - 1))).isEqualTo(AWAKE);
    assertThat(clock.record(OptionalLong.of(now + 2 * rest))).isEqualTo(NOTHING);
  }

  /** Such as that of another broker. */
  @Test
  void shouldSayThatItIsAwakeWhenTheBrokersClockHasGoneBack() {
    clock.record(NOW);

    assertThat(clock.record(OptionalLong.of(NOW.getAsLong() - 1))).isEqualTo(AWAKE);
  }

  @Test
  void shouldCountARestInTicksWhereRecordsAreNotStampedByArrival() {
    clock.record(OptionalLong.empty());
    ticks(SourceClock.REST_TICKS - 1, BEHIND);
    assertThat(clock.record(OptionalLong.empty())).isEqualTo(NOTHING);

    ticks(SourceClock.REST_TICKS, BEHIND);
    assertThat(clock.record(OptionalLong.empty())).isEqualTo(AWAKE);
  }

  @Test
  void shouldTellAMarkAtOnceInclusive() {
    assertThat(clock.mark(100)).isEqualTo(new Signal.Passed(100));
    assertThat(clock.mark(100)).isEqualTo(NOTHING);
    assertThat(clock.mark(99)).isEqualTo(NOTHING);
    clock.event(101);
    assertThat(clock.tick(BEHIND)).isEqualTo(NOTHING);
  }

  @Test
  void shouldBecomeIdleOnlyWhenDrainedAndQuietForAHundredTicks() {
    ticks(SourceClock.IDLE_TICKS - 1, AT);
    clock.record(NOW);
    ticks(SourceClock.IDLE_TICKS - 1, AT);
    assertThat(clock.tick(BEHIND)).isEqualTo(NOTHING);

    assertThat(clock.tick(AT)).isEqualTo(new Signal.Idle(7));
  }

  @Test
  void shouldSayThatItIsIdleOnceForEachPosition() {
    sleep();
    ticks(10 * SourceClock.IDLE_TICKS, AT);
    ticks(1, BEHIND);

    clock.record(NOW); // of no time, such as one that is refused
    assertThat(clock.tick(OptionalLong.of(8))).isEqualTo(new Signal.Idle(8));
    ticks(10 * SourceClock.IDLE_TICKS, OptionalLong.of(8));
  }

  @Test
  void shouldWakeUpForARecordThatHasToWait() {
    clock.mark(70);
    sleep();

    assertThat(clock.hold()).isEqualTo(AWAKE);
    assertThat(clock.hold()).isEqualTo(NOTHING);
  }

  @Test
  void shouldSpeakUpBeforeTheEventThatWakesIt() {
    sleep();

    assertThat(clock.event(50)).isEqualTo(new Signal.Passed(49));
    assertThat(clock.event(51)).isEqualTo(NOTHING);
  }

  @Test
  void shouldTellNothingWhileHeld() {
    clock.hold();
    clock.event(50);
    assertThat(clock.mark(60)).isEqualTo(NOTHING);
    ticks(2 * SourceClock.IDLE_TICKS, AT);

    clock.release();
    assertThat(clock.tick(AT)).isEqualTo(new Signal.Passed(60));
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
            default -> random.tick(AT);
          };
      if (signal instanceof Signal.Passed passed) {
        assertThat(passed.micros()).isGreaterThan(told);
        told = passed.micros();
      }
    }
  }

  private void sleep() {
    ticks(SourceClock.IDLE_TICKS - 1, AT);
    assertThat(clock.tick(AT)).isEqualTo(new Signal.Idle(7));
  }

  private void ticks(int count, OptionalLong drainedAt) {
    for (int i = 0; i < count; i++) {
      assertThat(clock.tick(drainedAt)).isEqualTo(NOTHING);
    }
  }
}
