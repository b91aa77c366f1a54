package io.millrace.messaging.watermarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class FarAheadTest {
  private final FarAhead clock = new FarAhead(100);

  @Test
  void shouldBelieveTheFirstEventAndThoseUpToTheBound() {
    assertThat(clock.isFar(1_000_000, 0)).isFalse();
    clock.event(1_000_000, 0);

    assertThat(clock.isFar(1_000_100, 0)).isFalse();
    assertThat(clock.isFar(1_000_101, 0)).isTrue();
    assertThat(clock.isFar(5, 0)).isFalse();
  }

  @Test
  void shouldAllowForTheTimeInWhichNothingCame() {
    clock.event(1_000_000, 50);

    assertThat(clock.isFar(1_000_000 + 100 + 3_000, 53)).isFalse();
    assertThat(clock.isFar(1_000_000 + 100 + 3_001, 53)).isTrue();
    assertThat(clock.isFar(1_000_101, 20)).as("a wall clock that went back").isTrue();
  }

  /** The largest gap counts three times, and is forgotten by a 64th with each event. */
  @Test
  void shouldAllowForGapsAsTheyWereOfLate() {
    clock.event(0, 0);
    clock.event(6_400, 0);
    assertThat(clock.isFar(6_400 + 19_200, 0)).isFalse();
    assertThat(clock.isFar(6_400 + 19_201, 0)).isTrue();

    clock.event(6_401, 0);
    assertThat(clock.isFar(6_401 + 18_900, 0)).isFalse();
    assertThat(clock.isFar(6_401 + 18_901, 0)).isTrue();

    for (int i = 0; i < 1_000; i++) {
      clock.event(clock.time() + 1, 0);
    }
    assertThat(clock.isFar(clock.time() + 200, 0)).isTrue();
  }

  @Test
  void shouldCountNoGapWhereAWatermarkSaysThatNothingCame() {
    clock.event(0, 0);
    clock.passed(1_000_000, 0);
    clock.event(1_000_001, 0);

    assertThat(clock.isFar(1_000_102, 0)).isTrue();
  }

  @Test
  void shouldNotTakeTheBeginningForATime() {
    clock.passed(Watermarks.BEGINNING, 0);

    assertThat(clock.isFar(1_000_000, 0)).isFalse();
  }

  @Test
  void shouldGoOnWhereItStood() {
    clock.event(0, 7);
    clock.event(500, 9);
    FarAhead next = new FarAhead(100);
    next.restore(clock.toBytes());

    assertThat(next.time()).isEqualTo(500);
    assertThat(next.isFar(500 + 1_500, 9)).isFalse();
    assertThat(next.isFar(500 + 1_501, 9)).isTrue();
  }

  @Test
  void shouldBelieveWhatThreeIdsHaveComeAsFarAs() {
    assertThat(clock.bound(List.of(Map.entry("a", 1L), Map.entry("b", 2L)))).isEmpty();
    assertThat(clock.bound(List.of(Map.entry("a", 9L), Map.entry("a", 8L), Map.entry("a", 7L))))
        .isEmpty();
    assertThat(
            clock.bound(
                List.of(
                    Map.entry("a", 9L),
                    Map.entry("b", 2L),
                    Map.entry("c", 5L),
                    Map.entry("d", 3L),
                    Map.entry("d", 4L))))
        .isEqualTo(OptionalLong.of(4));
  }

  @Test
  void shouldCountThoseThatWereRefusedSinceOneWasBelieved() {
    clock.event(1_000, 0);
    clock.refused("a", 5_000);
    clock.refused("b", 6_000);
    FarAhead next = new FarAhead(100);
    next.restore(clock.toBytes());
    assertThat(next.bound(List.of(Map.entry("c", 7_000L)))).isEqualTo(OptionalLong.of(5_000));
    assertThat(next.bound(List.of(Map.entry("b", 7_000L)))).isEmpty();

    next.refused("c", 4_000); // the last two count
    assertThat(next.bound(List.of(Map.entry("d", 7_000L)))).isEqualTo(OptionalLong.of(4_000));

    next.event(1_001, 0);
    assertThat(next.bound(List.of(Map.entry("d", 7_000L)))).isEmpty();
  }
}
