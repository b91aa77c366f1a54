package io.millrace.evaluator.registry;

import static io.millrace.evaluator.registry.ModelHistory.CHAMPION;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.control.AliasMoved;
import io.millrace.contracts.control.ModelEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelHistoryTest {
  private static final Instant T = Instant.parse("2001-01-25T00:00:00Z");

  @Test
  void shouldCountVersionsAndSequencesUp() {
    ModelHistory history = moved(1, 2);

    assertThat(history.nextVersion()).isEqualTo(3);
    assertThat(history.champion()).map(Published::number).contains(2);
    AliasMoved next = (AliasMoved) history.moving(CHAMPION, 1, "worse", T).getChange();
    assertThat(next.getSequence()).isEqualTo(3);
    assertThat(next.getPrevious()).isEqualTo(2);
    assertThat(ModelHistory.of("flights").nextVersion()).isEqualTo(1);
  }

  @Test
  void shouldIgnoreWhatIsSaidAgain() {
    ModelHistory history = moved(1, 2);
    ModelEvent earlier =
        ModelHistory.of("flights").with(Models.version(1)).moving(CHAMPION, 1, "again", T);

    assertThat(history.with(Models.version(1)).with(earlier)).isEqualTo(history);
  }

  @Test
  void shouldTellWhatWasLiveAtATime() {
    ModelHistory history = moved(1, 2);

    assertThat(history.at(CHAMPION, T)).isEmpty();
    assertThat(history.at(CHAMPION, T.plusSeconds(1))).map(Move::version).contains(1);
    assertThat(history.at(CHAMPION, T.plusMillis(1999))).map(Move::version).contains(1);
    assertThat(history.at(CHAMPION, T.plusSeconds(60))).map(Move::version).contains(2);
    assertThat(history.at("challenger", T.plusSeconds(60))).isEmpty();
  }

  /** The moves so far, and what a rollback leads to. */
  @ParameterizedTest
  @CsvSource({"1, none", "1 2, 1", "1 2 3, 2", "1 2 3 2, 1", "1 2 3 2 1, none", "1 2 3 1 3, 1"})
  void shouldGoFurtherBackWithEachRollback(String moves, String target) {
    int[] versions =
        java.util.Arrays.stream(moves.split(" ")).mapToInt(Integer::parseInt).toArray();

    assertThat(moved(versions).before(CHAMPION).map(String::valueOf).orElse("none"))
        .isEqualTo(target);
  }

  private static ModelHistory moved(int... versions) {
    ModelHistory history = ModelHistory.of("flights");
    int second = 0;
    for (int version : versions) {
      second++;
      history = history.with(Models.version(version));
      history = history.with(history.moving(CHAMPION, version, "test", T.plusSeconds(second)));
    }
    return history;
  }
}
