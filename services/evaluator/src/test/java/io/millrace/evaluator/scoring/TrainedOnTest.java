package io.millrace.evaluator.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.artifacts.datasets.HeldOut;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.contracts.pipeline.Evaluate.Split.By;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows after 100 up to 200, those after 180 held out. */
class TrainedOnTest {
  private static final Manifest MANIFEST =
      new Manifest(
          "flights", 1, List.of(), 100, 200, new HeldOut(By.TIME, 0.2, 180L), 10, 0, true, 0);

  @Test
  void shouldBeTheRowsThatAreNotHeldOut() {
    TrainedOn rows = new TrainedOn.Rows(MANIFEST, false);

    assertThat(rows.contains("a", 100)).isFalse();
    assertThat(rows.contains("a", 101)).isTrue();
    assertThat(rows.contains("a", 180)).isTrue();
    assertThat(rows.contains("a", 181)).isFalse();
  }

  @Test
  void shouldBeAllRowsOfTheWindowAfterARefit() {
    TrainedOn rows = new TrainedOn.Rows(MANIFEST, true);

    assertThat(rows.contains("a", 200)).isTrue();
    assertThat(rows.contains("a", 201)).isFalse();
  }

  @Test
  void shouldPerhapsBeAnyRowWhenNobodyKnows() {
    assertThat(new TrainedOn.Unknown().contains("a", 201)).isTrue();
  }
}
