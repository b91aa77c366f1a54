package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifeTest {
  private static final Instant T = Instant.parse("2001-01-01T00:00:00Z");

  @Test
  void shouldWaitTwiceAsLongAfterEachDeathAndStayDeadAfterTheFifth() {
    List<Duration> pauses = new ArrayList<>();
    Life life = Life.Up.atFirst();

    for (Instant now = T; life instanceof Life.Up up; now = now.plusSeconds(50)) {
      // it is ready for almost a minute each time
      life = up.isReady(true, now).isReady(true, now.plusSeconds(49)).died(now.plusSeconds(49));
      if (life instanceof Life.Waiting waiting) {
        pauses.add(Duration.between(now.plusSeconds(49), waiting.until()));
        life = waiting.started();
      }
    }

    assertThat(pauses)
        .containsExactly(
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(8));
    assertThat(life).isEqualTo(new Life.Failed(5));
  }

  @Test
  void shouldForgetDeathsWhenItHasBeenReadyForAMinute() {
    Life.Up up = ((Life.Waiting) Life.Up.atFirst().died(T)).started();

    up = up.isReady(true, T).isReady(true, T.plusSeconds(59));
    assertThat(up.deaths()).isEqualTo(1);

    assertThat(up.isReady(true, T.plusSeconds(60))).isEqualTo(Life.Up.atFirst());
    assertThat(up.died(T.plusSeconds(60)))
        .as("nobody has asked since")
        .isEqualTo(new Life.Waiting(1, T.plusSeconds(61)));
  }

  @Test
  void shouldBeginTheMinuteAnewWhenItIsNotReadyInBetween() {
    Life.Up up = ((Life.Waiting) Life.Up.atFirst().died(T)).started();

    up =
        up.isReady(true, T)
            .isReady(false, T.plusSeconds(30))
            .isReady(true, T.plusSeconds(31))
            .isReady(true, T.plusSeconds(90));

    assertThat(up.deaths()).isEqualTo(1);
    assertThat(up.died(T.plusSeconds(90))).isEqualTo(new Life.Waiting(2, T.plusSeconds(92)));
  }

  @Test
  void shouldStartWhenThePauseIsOver() {
    Life.Waiting waiting = new Life.Waiting(2, T);

    assertThat(waiting.isOver(T.minusMillis(1))).isFalse();
    assertThat(waiting.isOver(T)).isTrue();
    assertThat(waiting.started().deaths()).isEqualTo(2);
  }

  @Test
  void shouldNotCountWhatAFullDiskHasDone() {
    Life life = new Life.Failed(0);

    for (int death = 0; death < 2 * Life.MOST_DEATHS; death++) {
      Life.Up up = death == 0 ? Life.Up.atFirst() : ((Life.Waiting) life).started();
      life = up.diedForWantOfRoom(T);
    }

    assertThat(life).isEqualTo(new Life.Waiting(0, T));
  }
}
