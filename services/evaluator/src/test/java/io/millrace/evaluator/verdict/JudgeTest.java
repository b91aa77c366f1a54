package io.millrace.evaluator.verdict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.pipeline.Evaluate;
import io.millrace.contracts.pipeline.Evaluate.Split;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Metric;
import io.millrace.contracts.pipeline.Threshold;
import io.millrace.contracts.pipeline.Threshold.Direction;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Four rows in two zones, scored by a candidate that is right in three of them and a champion that
 * is right in two: accuracy 0.75 and 0.5, arithmetic by hand.
 */
class JudgeTest {
  private static final Optional<Integer> NO_CHAMPION = Optional.empty();

  @ParameterizedTest
  @CsvSource({"0.75, 0.75, true", "0.750001,, false", ",0.749999, false", "0.7,0.8, true"})
  void shouldTakeBoundsAsInclusive(Double lower, Double upper, boolean blessed) {
    Verdict verdict = judge(NO_CHAMPION, value(Map.of(), lower, upper));

    assertThat(verdict.blessed()).isEqualTo(blessed);
    assertThat(verdict.rows()).isEqualTo(4);
  }

  /** The candidate is better by 0.25, which is half of the champion's 0.5. */
  @ParameterizedTest
  @CsvSource({
    "HIGHER_IS_BETTER, 0.25,, true",
    "HIGHER_IS_BETTER, 0.250001,, false",
    "HIGHER_IS_BETTER,, 0.5, true",
    "HIGHER_IS_BETTER, 0.25, 0.6, false",
    "LOWER_IS_BETTER, 0.25,, true",
    "LOWER_IS_BETTER, 0.24,, false",
    "LOWER_IS_BETTER,, 0.49, false"
  })
  void shouldCompareWithTheChampionOnTheSameRows(
      Direction direction, Double absolute, Double relative, boolean blessed) {
    Verdict verdict =
        judge(
            Optional.of(3),
            new Threshold.Change(
                Metric.ACCURACY, Map.of(), direction, optional(absolute), optional(relative)));

    assertThat(verdict.blessed()).isEqualTo(blessed);
    assertThat(verdict.rubberStamp()).isFalse();
    assertThat(verdict.championVersion()).contains(3);
  }

  @Test
  void shouldSkipChangesAndSayRubberStampWithoutAChampion() {
    Verdict verdict = judge(NO_CHAMPION, value(Map.of(), 0.5, null), change());

    assertThat(verdict.blessed()).isTrue();
    assertThat(verdict.rubberStamp()).isTrue();
    assertThat(verdict.checks())
        .extracting(Check::outcome)
        .last()
        .isEqualTo(new Check.Outcome.Skipped());
  }

  @Test
  void shouldBlessNothingWithoutThresholds() {
    Verdict verdict = judge(NO_CHAMPION);

    assertThat(verdict.blessed()).isFalse();
    assertThat(verdict.missingThresholds()).isTrue();
    assertThat(VerdictJson.failures(verdict)).containsExactly("evaluate has no thresholds");
  }

  /** Four rows, two of each class. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "4 | 2 |",
        "5 | 2 | 4 held-out rows, fewer than 5",
        "4 | 3 | 2 held-out rows labelled true, fewer than 3; 2 held-out rows labelled false, fewer than 3"
      })
  void shouldBlessNothingThatRestsOnTooFewRows(int rows, int ofEachClass, String why) {
    Judge judge =
        new Judge(
            Label.Kind.BINARY,
            rules(List.of(value(Map.of(), 0.0, null)), new Evaluate.Least(rows, ofEachClass)),
            4,
            10);

    Verdict verdict = judge.judge(rows(List.of(true, true, true, true)), NO_CHAMPION);

    assertThat(verdict.blessed()).isEqualTo(why == null);
    assertThat(String.join("; ", VerdictJson.failures(verdict))).isEqualTo(why == null ? "" : why);
    assertThat(VerdictJson.whole(verdict).path("shortages"))
        .hasSize(why == null ? 0 : why.split(";").length);
  }

  @Test
  void shouldCountNoClassesWhereThereAreNone() {
    Judge judge =
        new Judge(Label.Kind.REGRESSION, rules(List.of(), new Evaluate.Least(4, 100)), 4, 10);

    assertThat(judge.judge(rows(List.of(true, true, true, true)), NO_CHAMPION).shortages())
        .isEmpty();
  }

  @Test
  void shouldFailASliceThatNoRowIsIn() {
    Verdict verdict = judge(NO_CHAMPION, value(Map.of("zone", "south"), 0.0, null));

    assertThat(reasons(verdict)).containsExactly(Check.Reason.MISSING_SLICE);
    assertThat(VerdictJson.failures(verdict)).containsExactly("no held-out row has zone=south");
  }

  @Test
  void shouldJudgeTheRowsOfOneSliceOnly() {
    assertThat(judge(NO_CHAMPION, value(Map.of("zone", "north"), 1.0, 1.0)).blessed()).isTrue();
    assertThat(judge(NO_CHAMPION, value(Map.of("zone", ""), 0.5, 0.5)).blessed()).isTrue();
  }

  @Test
  void shouldFailAMetricThatIsUndefined() {
    Threshold north =
        new Threshold.Value(
            Metric.AUC, Map.of("zone", "north"), OptionalDouble.of(0), OptionalDouble.empty());

    Verdict verdict = judge(NO_CHAMPION, north);

    assertThat(reasons(verdict)).containsExactly(Check.Reason.UNDEFINED);
    assertThat(VerdictJson.failures(verdict))
        .containsExactly("auc is undefined: all labels are true");
  }

  @Test
  void shouldFailAChangeWhenTooFewRowsAreUnseen() {
    ScoredRows rows = rows(List.of(true, true, true, false));
    Judge judge = new Judge(Label.Kind.BINARY, rules(List.of(change())), 4, 10);

    Verdict verdict = judge.judge(rows, Optional.of(1));

    assertThat(verdict.unseen()).isEqualTo(3);
    assertThat(reasons(verdict)).containsExactly(Check.Reason.INSUFFICIENT_ROWS);
  }

  /** Without the last row, in which the candidate alone is right, 2 of 3 are right for both. */
  @Test
  void shouldLeaveOutRowsThatTheChampionWasTrainedOn() {
    Judge judge = new Judge(Label.Kind.BINARY, rules(List.of(change())), 3, 10);

    Verdict verdict = judge.judge(rows(List.of(true, true, true, false)), Optional.of(1));

    assertThat(verdict.checks().getFirst().outcome())
        .isEqualTo(new Check.Outcome.Passed(2 / 3.0, OptionalDouble.of(2 / 3.0)));
    SliceResult all = verdict.slices().getFirst();
    assertThat(all.candidate().rows()).isEqualTo(4);
    assertThat(all.comparison().orElseThrow().champion().rows()).isEqualTo(3);
  }

  @Test
  void shouldShowTheLargestSlicesFirstAndSayHowManyItLeftOut() {
    ScoredRows rows = rows(List.of(true, true, true, true));
    rows.add(1, 0.9, 0.9, true, List.of("north"));

    Verdict verdict =
        new Judge(Label.Kind.BINARY, rules(List.of(change())), 1, 1).judge(rows, Optional.of(1));

    assertThat(verdict.slices())
        .extracting(slice -> slice.slice().text())
        .containsExactly("all rows", "zone=north");
    assertThat(verdict.omittedSlices()).isEqualTo(1);
  }

  @Test
  void shouldCarryAllNumbersAsJson() {
    Verdict verdict = judge(Optional.of(2), value(Map.of(), 0.8, null), change());

    ObjectNode json = VerdictJson.whole(verdict);
    assertThat(json.path("blessed").asBoolean()).isFalse();
    assertThat(json.path("champion")).hasToString("{\"version\":2,\"rows\":4}");
    assertThat(json.path("checks").get(0))
        .hasToString(
            """
            {"metric":"accuracy","slice":{},"lowerBound":0.8,"outcome":"failed",\
            "reason":"BEYOND_BOUND","message":"accuracy is 0.75, below 0.8","candidate":0.75}""");
    assertThat(json.path("checks").get(1))
        .hasToString(
            """
            {"metric":"accuracy","slice":{},\
            "change":{"direction":"HIGHER_IS_BETTER","absolute":0.0},\
            "outcome":"passed","candidate":0.75,"champion":0.5}""");
    assertThat(json.path("slices")).hasSize(3);
    assertThat(json.at("/slices/0/unseen/champion/accuracy").asDouble()).isEqualTo(0.5);
    assertThat(json.at("/slices/2/slice")).hasToString("{\"zone\":\"north\"}");
    assertThat(json.at("/slices/2/metrics/auc/undefined").asText())
        .isEqualTo("all labels are true");
  }

  private static Verdict judge(Optional<Integer> champion, Threshold... thresholds) {
    return new Judge(Label.Kind.BINARY, rules(List.of(thresholds)), 4, 10)
        .judge(rows(List.of(true, true, true, true)), champion);
  }

  private static Evaluate rules(List<Threshold> thresholds) {
    return rules(thresholds, new Evaluate.Least(4, 2));
  }

  private static Evaluate rules(List<Threshold> thresholds, Evaluate.Least least) {
    return new Evaluate(
        Split.DEFAULT,
        true,
        List.of(List.of(), List.of("zone")),
        thresholds,
        least,
        Optional.empty());
  }

  private static ScoredRows rows(List<Boolean> unseen) {
    ScoredRows rows = new ScoredRows(List.of("zone"));
    rows.add(1, 0.9, 0.9, unseen.get(0), List.of("north"));
    rows.add(1, 0.6, 0.4, unseen.get(1), List.of("north"));
    rows.add(0, 0.7, 0.1, unseen.get(2), List.of(""));
    rows.add(0, 0.2, 0.8, unseen.get(3), List.of(""));
    return rows;
  }

  private static Threshold value(Map<String, String> slice, Double lower, Double upper) {
    return new Threshold.Value(Metric.ACCURACY, slice, optional(lower), optional(upper));
  }

  private static Threshold change() {
    return new Threshold.Change(
        Metric.ACCURACY,
        Map.of(),
        Direction.HIGHER_IS_BETTER,
        OptionalDouble.of(0),
        OptionalDouble.empty());
  }

  private static OptionalDouble optional(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }

  private static List<Check.Reason> reasons(Verdict verdict) {
    return verdict.checks().stream()
        .map(Check::outcome)
        .filter(Check.Outcome.Failed.class::isInstance)
        .map(outcome -> ((Check.Outcome.Failed) outcome).reason())
        .toList();
  }
}
