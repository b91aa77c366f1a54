package io.millrace.messaging.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.streams.Life.Blame;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LifeTest {
  private static final PipelineFailure FAILURE =
      PipelineFailure.of(ErrorCode.APPLICATION_FAILED, "broken");
  private static final Instant NOW = Instant.parse("2013-01-01T00:00:00Z");

  @Test
  void shouldPauseLongerEachTimeAndThenEnd() {
    assertThat(pauses(Blame.OWN, 20)).containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L);
  }

  @Test
  void shouldWaitForNeighboursWithoutAnEnd() {
    assertThat(pauses(Blame.OTHERS, 20))
        .startsWith(1L, 2L, 4L, 8L, 10L, 10L)
        .hasSize(20)
        .endsWith(10L);
  }

  @Test
  void shouldEndAtOnceWhereNoTryHelps() {
    assertThat(new Life.Starting(Life.Failures.NONE).failed(FAILURE, Blame.FATAL))
        .isEqualTo(new Life.Failed(FAILURE));
  }

  @Test
  void shouldForgetFailuresAfterMinutesOfHealth() {
    Life.Running troubled = new Life.Starting(new Life.Failures(5, 3)).running(NOW);

    assertThat(troubled.failed(FAILURE, Blame.OWN, NOW.plus(Duration.ofMinutes(4))))
        .isEqualTo(new Life.Pausing(new Life.Failures(6, 3), Duration.ofSeconds(32), FAILURE));
    assertThat(troubled.failed(FAILURE, Blame.OWN, NOW.plus(Duration.ofMinutes(5))))
        .isEqualTo(new Life.Pausing(new Life.Failures(1, 0), Duration.ofSeconds(1), FAILURE));
  }

  /** In seconds, until it ends. */
  private static List<Long> pauses(Blame blame, int most) {
    List<Long> pauses = new ArrayList<>();
    Life.Starting starting = new Life.Starting(Life.Failures.NONE);
    while (pauses.size() < most) {
      switch (starting.failed(FAILURE, blame)) {
        case Life.Pausing pausing -> {
          pauses.add(pausing.pause().toSeconds());
          starting = pausing.again();
        }
        case Life.Failed failed -> {
          return pauses;
        }
      }
    }
    return pauses;
  }
}
