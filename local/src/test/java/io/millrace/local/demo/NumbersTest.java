package io.millrace.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.demo.Numbers.Quality;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class NumbersTest {
  @Test
  void shouldCountTiesHalfAndLeaveOutWhatHasNoLabelYet() {
    // Given positives at 0.8 and 0.5, negatives at 0.5 and 0.1, and a label that is still to come
    try (Numbers numbers =
        new Numbers(
            """
            SELECT * FROM (VALUES ('1', 1, true), ('2', 1, true), ('3', 1, false), ('4', 1, false),
              ('5', 99, true)) AS l(id, t, label)
            """)) {
      numbers.sent("a", "1", 10, 1_000_000);
      numbers.prediction("1", 1, 0.8, 5);
      numbers.prediction("2", 1, 0.5, 5);
      numbers.prediction("3", 1, 0.5, 5);
      numbers.prediction("4", 1, 0.1, 6);
      numbers.prediction("5", 1, 0.0, 7);
      for (int id = 1; id <= 4; id++) {
        numbers.reference(Integer.toString(id), id <= 2 ? 1 : 0);
      }
      numbers.replayed("1", 0.8 + 9e-7);
      numbers.replayed("2", 0.5 - 2e-6);
      numbers.finish();

      // Then of four pairs three and a half are in order
      Quality quality = numbers.quality("version = 1");
      assertThat(quality.predictions()).isEqualTo(5);
      assertThat(quality.labelled()).isEqualTo(4);
      assertThat(quality.auc()).contains(3.5 / 4);
      assertThat(quality.positives()).isEqualTo(2);
      assertThat(quality.reference()).contains(1.0);
      // and of a file that scores no more than two nothing is told, but how far it is away
      assertThat(quality.stale()).isEmpty();
      assertThat(numbers.parity(1)).isEqualTo(new Numbers.Parity(5, 4));
      assertThat(numbers.quality("version = 2").auc()).isEmpty();
      assertThat(numbers.versionBefore(6)).contains(1);
    }
  }

  @Test
  void shouldTellTheEventTimeOfAMoment() {
    try (Numbers numbers = new Numbers("SELECT '1' AS id, 1 AS t, true AS label")) {
      numbers.sent("a", "1", 10, 1_000_000);
      numbers.sent("a", "2", 20, 2_000_000);
      numbers.sent("b", "1", 15, 3_000_000);
      numbers.finish();

      assertThat(numbers.eventTimeAt(Instant.ofEpochSecond(2))).contains(20L);
      assertThat(numbers.eventTimeAt(Instant.ofEpochSecond(0))).isEmpty();
      assertThat(numbers.appendedFrom("a", 11)).contains(2_000_000L);
    }
  }
}
