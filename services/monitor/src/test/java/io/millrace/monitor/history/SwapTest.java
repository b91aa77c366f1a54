package io.millrace.monitor.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.models.ModelHistory.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SwapTest {
  private static final Instant MONDAY = Instant.parse("2001-01-29T00:00:00Z");

  @Test
  void shouldLieWhereTheShareOfTheOneBeforeEnds() {
    List<Swap> swaps =
        Swap.of(
            List.of(move(1, null), move(2, 1)),
            List.of(window(0, 1, 100), window(1, 1, 75), window(1, 2, 25), window(2, 2, 100)));

    assertThat(swaps)
        .extracting(Swap::eventTime)
        .containsExactly(Optional.of(MONDAY), Optional.of(MONDAY.plus(Duration.ofHours(24 + 18))));
  }

  @Test
  void shouldHaveNoEventTimeBeforeTheVersionHasPredicted() {
    List<Swap> swaps =
        Swap.of(List.of(move(1, null), move(2, 1)), List.of(window(0, 1, 100), window(1, 2, 0)));

    assertThat(swaps).extracting(Swap::eventTime).last().isEqualTo(Optional.empty());
  }

  @Test
  void shouldComeLaterWhenAVersionIsLiveForTheSecondTime() {
    List<Swap> swaps =
        Swap.of(
            List.of(move(1, null), move(2, 1), move(1, 2)),
            List.of(
                window(0, 1, 100),
                window(1, 1, 50),
                window(1, 2, 50),
                window(2, 1, 60),
                window(2, 2, 20)));

    assertThat(swaps)
        .extracting(Swap::eventTime)
        .last()
        .isEqualTo(Optional.of(MONDAY.plus(Duration.ofHours(48 + 6))));
  }

  private static Move move(int version, @Nullable Integer previous) {
    return new Move(
        AliasMoved.newBuilder()
            .setAlias(ModelHistory.CHAMPION)
            .setVersion(version)
            .setPrevious(previous)
            .setSequence(1)
            .setReason("")
            .build(),
        Instant.EPOCH);
  }

  private static MetricsMeasured window(int day, int version, long predictions) {
    return MetricsMeasured.newBuilder()
        .setPipeline("flights")
        .setVersion(version)
        .setWindowStart(MONDAY.plus(Duration.ofDays(day)))
        .setWindowEnd(MONDAY.plus(Duration.ofDays(day + 1)))
        .setRevision(1)
        .setPredictions(predictions)
        .setLabelled(0)
        .setMetrics(Map.of())
        .setVerdict("OPEN")
        .setAt(Instant.EPOCH)
        .build();
  }
}
