package io.millrace.local.replay;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.replay.files.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class DirectedReplayTest {
  private static final long DAY = Duration.ofDays(1).toNanos() / 1000;

  @Test
  void shouldEndBetweenTwoTimesSoThatAllOfTheLastTimeIsSent() {
    // Given three events, two of them at the same time
    Iterator<Event> events = List.of(event(1, "a"), event(1, "b"), event(2, "c")).iterator();
    List<String> sent = new ArrayList<>();
    DirectedEvents directed =
        new DirectedEvents(
            () -> events.hasNext() ? Optional.of(events.next()) : Optional.empty(),
            new Ending(() -> !sent.isEmpty()));

    // When it is over after the first
    for (Optional<Event> next = directed.next(); next.isPresent(); next = directed.next()) {
      sent.add(String.valueOf(next.get().id()));
    }

    assertThat(sent).containsExactly("a!", "b!");
    assertThat(directed.lastTime()).isEqualTo(1);
  }

  @Test
  void shouldLetADayTakeAsLongAsIsAskedAndNoLongerThanTheAskingLasts() {
    AtomicLong nanos = new AtomicLong();
    AtomicReference<Duration> day = new AtomicReference<>(Duration.ZERO);
    LagPace follow = new LagPace(100);
    DirectedPace pace = new DirectedPace(follow, time -> day.get(), nanos::get);
    assertThat(pace.waitMillis(0)).isZero();

    day.set(Duration.ofSeconds(5));
    assertThat(pace.waitMillis(DAY)).isZero(); // from here on it counts
    nanos.set(Duration.ofMillis(4_900).toNanos());
    assertThat(pace.waitMillis(2 * DAY)).isPositive();
    nanos.set(Duration.ofMillis(5_001).toNanos());
    assertThat(pace.waitMillis(2 * DAY)).isZero();
    assertThat(pace.waitMillis(3 * DAY)).isPositive();

    day.set(Duration.ZERO);
    assertThat(pace.waitMillis(3 * DAY)).isZero();
  }

  @Test
  void shouldWaitForASystemThatDoesNotFollowHoweverFastADayMayPass() {
    LagPace follow = new LagPace(1);
    DirectedPace pace = new DirectedPace(follow, time -> Duration.ZERO, System::nanoTime);
    pace.sent();
    assertThat(pace.waitMillis(0)).isPositive();
  }

  private static Event event(long time, String id) {
    return new Event(0, time, id, List.of());
  }

  private record Ending(java.util.function.BooleanSupplier over) implements Director {
    @Override
    public Event change(Event event) {
      return new Event(event.stream(), event.time(), event.id() + "!", event.values());
    }

    @Override
    public Duration eventDay(long time) {
      return Duration.ZERO;
    }

    @Override
    public boolean isOver() {
      return over.getAsBoolean();
    }
  }
}
