package io.millrace.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.local.demo.Numbers.Parity;
import io.millrace.local.demo.Numbers.Quality;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fast and slow machines see other rows, but the same story; another story is told apart. */
class PhasesTest {
  private static final double LEAST_USUAL = 0.65;
  private static final Parity SAME = new Parity(150_000, 0);
  private static final Quality BEFORE = rows(130_000, 0.7378, 0.7378, 0.7378);
  private static final Quality AFTER = rows(40_000, 0.6300, 0.6985, 0.6300);
  private static final Quality RECOVERED = rows(30_000, 0.7435, 0.7515, 0.6800);

  /** What was seen on quick and slow machines, and what a very slow one may see. */
  @ParameterizedTest
  @CsvSource({
    "0.7310, 130000, 0.6300, 0.6985",
    "0.7378, 130000, 0.6300, 0.6985",
    "0.7416, 90000, 0.6412, 0.7102",
    "0.7423, 160000, 0.6250, 0.6930",
    "0.6900, 9000, 0.6100, 0.6700",
    "0.7900, 15000, 0.6900, 0.7400"
  })
  void shouldHoldWhicheverRowsAMachineSees(
      double usual, long labelled, double onOtherCodes, double onOldCodes) {
    Quality before = rows(labelled, usual, usual, usual);
    Quality after = rows(labelled / 3, onOtherCodes, onOldCodes, onOtherCodes);

    assertThat(failed(new Phases(before, after, RECOVERED, SAME))).isEmpty();
  }

  @Test
  void shouldFailWhenTheCodesHaveMadeNoDifference() {
    assertThat(failed(new Phases(BEFORE, rows(40_000, 0.6985, 0.6985, 0.6985), RECOVERED, SAME)))
        .containsExactly("behind the switch it is lower than on the old codes");
  }

  @Test
  void shouldFailWhenTheDifferenceIsOneOfChance() {
    // Given 400 rows, whose AUC has a standard error of 0.03
    assertThat(failed(new Phases(BEFORE, rows(400, 0.6300, 0.6985, 0.6300), RECOVERED, SAME)))
        .containsExactly("behind the switch it is lower than on the old codes");
  }

  @Test
  void shouldFailWhenTheNewChampionIsNoBetterThanTheOldOneWouldHaveBeen() {
    assertThat(failed(new Phases(BEFORE, AFTER, rows(30_000, 0.6800, 0.7515, 0.6800), SAME)))
        .containsExactly("the new champion wins back half of that or more");
    assertThat(failed(new Phases(BEFORE, AFTER, rows(30_000, 0.7150, 0.7515, 0.6800), SAME)))
        .containsExactly("the new champion wins back half of that or more");
  }

  @Test
  void shouldFailWhenAModelThatKnowsNothingWentLive() {
    assertThat(failed(new Phases(rows(130_000, 0.6378, 0.6378, 0.6378), AFTER, RECOVERED, SAME)))
        .containsExactly("live AUC before the switch is above 0.65");
  }

  @Test
  void shouldFailWhenALiveScoreIsNotThatOfTheFile() {
    assertThat(failed(new Phases(BEFORE, AFTER, RECOVERED, new Parity(150_000, 1))))
        .containsExactly("live scores of the old champion = those of its file, by id");
  }

  @Test
  void shouldFailInEverythingWhenNothingWasPredicted() {
    Quality none = new Quality(0, 0, 0, Optional.empty(), Optional.empty(), Optional.empty(), 0, 0);

    assertThat(failed(new Phases(none, none, none, new Parity(0, 0)))).hasSize(4);
  }

  /** The example of the paper that the formula is from: 51 and 58 cases, an area of 0.893. */
  @Test
  void shouldGiveTheStandardErrorOfThePaper() {
    Quality rows =
        new Quality(109, 109, 51, Optional.empty(), Optional.empty(), Optional.empty(), 0, 0);

    assertThat(Phases.standardError(0.893, rows)).isEqualTo(0.032, within(0.0006));
  }

  private static List<String> failed(Phases phases) {
    return phases.checks(LEAST_USUAL).stream()
        .filter(check -> !check.passed())
        .map(Check::what)
        .toList();
  }

  /** A fifth of the flights are late. */
  private static Quality rows(long labelled, double live, double onOldCodes, double asServed) {
    return new Quality(
        labelled + 100,
        labelled,
        labelled / 5,
        Optional.of(live),
        Optional.of(onOldCodes),
        Optional.of(asServed),
        0,
        1);
  }
}
