package io.millrace.monitor.verdicts;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Metric;
import io.millrace.contracts.pipeline.Monitor.Decay;
import io.millrace.monitor.verdicts.FieldDistance.Kind;
import io.millrace.monitor.verdicts.FieldDistance.Outcome;
import io.millrace.monitor.verdicts.Verdict.NotJudged;
import io.millrace.monitor.verdicts.Verdict.NotJudged.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DecayRuleTest {
  private final DecayRule rule = new DecayRule(Optional.of(new Decay(Metric.AUC, 0.1, 2, 7)), 500);

  @Test
  void shouldCompareWithTheMedianOfTheLastGoodWindows() {
    // median of the first five is 0.72, of those and 0.71 it is 0.715
    List<WindowNumbers> windows = windows(0.70, 0.74, 0.72, 0.71, 0.73, 0.71, 0.60, 0.61, 0.70);

    assertThat(rule.judge(1, windows).values())
        .containsExactly(
            new NotJudged(Reason.TOO_FEW_WINDOWS),
            new NotJudged(Reason.TOO_FEW_WINDOWS),
            new NotJudged(Reason.TOO_FEW_WINDOWS),
            new NotJudged(Reason.TOO_FEW_WINDOWS),
            new NotJudged(Reason.TOO_FEW_WINDOWS),
            new Verdict.Healthy(0.72, 0.72 - 0.1),
            new Verdict.Decayed(0.715, 0.715 - 0.1),
            new Verdict.Decayed(0.715, 0.715 - 0.1),
            new Verdict.Healthy(0.715, 0.715 - 0.1));
    assertThat(rule.streak(1, rule.judge(1, windows.subList(0, 7)))).isEmpty();
    assertThat(rule.streak(1, rule.judge(1, windows.subList(0, 8))))
        .hasValueSatisfying(
            streak -> {
              assertThat(streak.first()).isEqualTo(6);
              assertThat(streak.last()).isEqualTo(7);
            });
    assertThat(rule.streak(1, rule.judge(1, windows))).isEmpty();
  }

  @Test
  void shouldSayNothingOfFewExamplesAndOfNoValueAndLeaveTheRowUnbroken() {
    List<WindowNumbers> windows = windows(0.7, 0.7, 0.7, 0.7, 0.7, 0.5, 0.5, 0.5, 0.5);
    windows.set(6, window(6, 499, Map.of(Metric.AUC, 0.9)));
    windows.set(7, window(7, 500, Map.of()));

    assertThat(rule.judge(1, windows))
        .containsEntry(6L, new NotJudged(Reason.TOO_FEW_EXAMPLES))
        .containsEntry(7L, new NotJudged(Reason.NO_VALUE));
    assertThat(rule.streak(1, rule.judge(1, windows)))
        .hasValueSatisfying(streak -> assertThat(streak.windows()).isEqualTo(2));
  }

  @Test
  void shouldJudgeAnErrorTheOtherWayRound() {
    DecayRule errors = new DecayRule(Optional.of(new Decay(Metric.RMSE, 1, 1, 7)), 1);
    List<WindowNumbers> windows = new ArrayList<>();
    double[] values = {5, 5, 5, 5, 5, 5.9, 6, 1};
    for (int i = 0; i < values.length; i++) {
      windows.add(window(i, 1, Map.of(Metric.RMSE, values[i])));
    }

    assertThat(errors.judge(1, windows).values())
        .endsWith(new Verdict.Healthy(5, 6), new Verdict.Decayed(5, 6), new Verdict.Healthy(5, 6));
  }

  /** It is usually 0.72, and 0.70 is expected of it; then 0.64 is expected. */
  @Test
  void shouldNotTakeAHarderWindowForADecay() {
    List<WindowNumbers> windows = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      windows.add(window(i, 0.72, 0.70, List.of()));
    }
    windows.add(window(5, 0.60, 0.64, List.of(skew("origin", 1, 0.05), skew("hour", 1, 0.0))));
    windows.add(window(6, 0.60, 0.64, List.of(skew("origin", 1, 0.05), skew("hour", 1, 0.06))));
    windows.add(window(7, 0.60, 0.64, List.of(skew("origin", 2, 0.0))));
    windows.add(window(8, 0.60, 0.64, List.of()));
    windows.add(window(9, 0.585, 0.64, List.of(skew("origin", 1, 0.0))));
    windows.add(window(10, 0.62, 0.70, List.of(skew("origin", 1, 0.0))));
    windows.add(window(11, 0.62, 0.80, List.of(skew("origin", 1, 0.0))));

    double harder = 0.72 - (0.70 - 0.64 + 0.75 * 0.1);
    assertThat(rule.judge(1, windows).tailMap(5L).values())
        .containsExactly(
            new Verdict.Healthy(0.72, harder),
            new Verdict.Decayed(0.72, 0.72 - 0.1), // values that the version was not trained on
            new Verdict.Decayed(0.72, 0.72 - 0.1), // what another one was trained on
            new Verdict.Decayed(0.72, 0.72 - 0.1), // it is not known
            new Verdict.Decayed(0.72, harder),
            new Verdict.Decayed(0.72, 0.72 - 0.1), // no worse is expected
            new Verdict.Decayed(0.72, 0.72 - 0.1));
  }

  @Test
  void shouldKnowOnlyItsOwnVersionAndClosedWindows() {
    List<WindowNumbers> windows = windows(0.7, 0.7);
    windows.set(1, windows.get(1).closed(null));

    assertThat(rule.judge(2, windows)).isEmpty();
    assertThat(rule.judge(1, windows)).containsEntry(1L, new Verdict.Open());
    assertThat(new DecayRule(Optional.empty(), 1).judge(1, windows))
        .containsEntry(0L, new NotJudged(Reason.NOT_WATCHED));
  }

  /** What is said of a window depends on it and those before it. */
  @Property(tries = 200)
  void shouldJudgeAWindowAlikeWhateverComesLater(
      @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = 0, max = 1) Double> values) {
    List<WindowNumbers> windows =
        windows(values.stream().mapToDouble(Double::doubleValue).toArray());
    TreeMap<Long, Verdict> all = new TreeMap<>(rule.judge(1, windows));
    for (int n = 1; n <= windows.size(); n++) {
      assertThat(rule.judge(1, windows.subList(0, n))).isEqualTo(all.headMap((long) n));
    }
  }

  private static List<WindowNumbers> windows(double... values) {
    List<WindowNumbers> windows = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      windows.add(window(i, 500, Map.of(Metric.AUC, values[i])));
    }
    return windows;
  }

  private static WindowNumbers window(
      long start, double auc, double expected, List<FieldDistance> distances) {
    Map<Metric, Double> metrics = Map.of(Metric.AUC, auc);
    return new WindowNumbers(
        start,
        ClosedBy.EVENT_TIME,
        new TreeMap<>(
            Map.of(1, new VersionNumbers(600, 600, metrics, Map.of(Metric.AUC, expected)))),
        distances);
  }

  private static FieldDistance skew(String field, int version, double strange) {
    return new FieldDistance(
        field, Kind.SKEW, version, null, 600, 9000, 0.2, null, strange, Outcome.EXCEEDED);
  }

  private static WindowNumbers window(long start, long labelled, Map<Metric, Double> metrics) {
    return new WindowNumbers(
        start,
        ClosedBy.EVENT_TIME,
        new TreeMap<>(Map.of(1, new VersionNumbers(600, labelled, metrics, Map.of()))),
        List.of());
  }
}
