package io.millrace.monitor.verdicts;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.pipeline.Metric;
import io.millrace.contracts.pipeline.Monitor.Decay;
import io.millrace.monitor.verdicts.FieldDistance.Kind;
import io.millrace.monitor.verdicts.FieldDistance.Outcome;
import io.millrace.monitor.verdicts.Verdict.Bound;
import io.millrace.monitor.verdicts.Verdict.Decayed.Crossed;
import io.millrace.monitor.verdicts.Verdict.NotJudged;
import io.millrace.monitor.verdicts.Verdict.NotJudged.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class DecayRuleTest {
  private final DecayRule rule =
      new DecayRule(Optional.of(new Decay(Metric.AUC, 0.1, 2, 7, 0)), 500);

  @Test
  void shouldCompareWithTheMedianOfTheLastGoodWindows() {
    // median of the first five is 0.72, of those and 0.71 it is 0.715
    List<WindowNumbers> windows = windows(0.70, 0.74, 0.72, 0.71, 0.73, 0.71, 0.60, 0.61, 0.70);

    assertThat(rule.judge(1, List.of(), windows).values())
        .containsExactly(
            new NotJudged(Reason.TOO_FEW_WINDOWS),
            new NotJudged(Reason.TOO_FEW_WINDOWS),
            new NotJudged(Reason.TOO_FEW_WINDOWS),
            new NotJudged(Reason.TOO_FEW_WINDOWS),
            new NotJudged(Reason.TOO_FEW_WINDOWS),
            healthy(0.72, 0.72 - 0.1),
            decayed(0.715, 0.715 - 0.1),
            decayed(0.715, 0.715 - 0.1),
            healthy(0.715, 0.715 - 0.1));
    assertThat(rule.streak(1, rule.judge(1, List.of(), windows.subList(0, 7)))).isEmpty();
    assertThat(rule.streak(1, rule.judge(1, List.of(), windows.subList(0, 8))))
        .hasValueSatisfying(
            streak -> {
              assertThat(streak.first()).isEqualTo(6);
              assertThat(streak.last()).isEqualTo(7);
            });
    assertThat(rule.streak(1, rule.judge(1, List.of(), windows))).isEmpty();
  }

  @Test
  void shouldSayNothingOfFewExamplesAndOfNoValueAndLeaveTheRowUnbroken() {
    List<WindowNumbers> windows = windows(0.7, 0.7, 0.7, 0.7, 0.7, 0.5, 0.5, 0.5, 0.5);
    windows.set(6, window(6, 499, Map.of(Metric.AUC, 0.9)));
    windows.set(7, window(7, 500, Map.of()));

    assertThat(rule.judge(1, List.of(), windows))
        .containsEntry(6L, new NotJudged(Reason.TOO_FEW_EXAMPLES))
        .containsEntry(7L, new NotJudged(Reason.NO_VALUE));
    assertThat(rule.streak(1, rule.judge(1, List.of(), windows)))
        .hasValueSatisfying(streak -> assertThat(streak.windows()).isEqualTo(2));
  }

  @Test
  void shouldJudgeAnErrorTheOtherWayRound() {
    DecayRule errors = new DecayRule(Optional.of(new Decay(Metric.RMSE, 1, 1, 7, 0)), 1);
    List<WindowNumbers> windows = new ArrayList<>();
    double[] values = {5, 5, 5, 5, 5, 5.9, 6, 1};
    for (int i = 0; i < values.length; i++) {
      windows.add(window(i, 1, Map.of(Metric.RMSE, values[i])));
    }

    assertThat(errors.judge(1, List.of(), windows).values())
        .endsWith(healthy(5, 6), decayed(5, 6), healthy(5, 6));
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
    assertThat(rule.judge(1, List.of(), windows).tailMap(5L).values())
        .containsExactly(
            healthy(0.72, harder),
            decayed(0.72, 0.72 - 0.1), // values that the version was not trained on
            decayed(0.72, 0.72 - 0.1), // what another one was trained on
            decayed(0.72, 0.72 - 0.1), // it is not known
            decayed(0.72, harder),
            decayed(0.72, 0.72 - 0.1), // no worse is expected
            decayed(0.72, 0.72 - 0.1));
  }

  @Test
  void shouldKnowOnlyItsOwnVersionAndClosedWindows() {
    List<WindowNumbers> windows = windows(0.7, 0.7);
    windows.set(1, windows.get(1).closed(null));

    assertThat(rule.judge(2, List.of(), windows)).isEmpty();
    assertThat(rule.judge(1, List.of(), windows)).containsEntry(1L, new Verdict.Open());
    assertThat(new DecayRule(Optional.empty(), 1).judge(1, List.of(), windows))
        .containsEntry(0L, new NotJudged(Reason.NOT_WATCHED));
  }

  /** What is said of a window depends on it and those before it. */
  @Property(tries = 200)
  void shouldJudgeAWindowAlikeWhateverComesLater(
      @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = 0, max = 1) Double> values) {
    List<WindowNumbers> windows =
        windows(values.stream().mapToDouble(Double::doubleValue).toArray());
    TreeMap<Long, Verdict> all = new TreeMap<>(rule.judge(1, List.of(), windows));
    for (int n = 1; n <= windows.size(); n++) {
      assertThat(rule.judge(1, List.of(), windows.subList(0, n))).isEqualTo(all.headMap((long) n));
    }
  }

  /** It falls by 0.004 a window: never by 0.1 within seven, by 0.1 within 25 and a few. */
  @Test
  void shouldCompareWithTheFirstGoodWindowsToo() {
    DecayRule both = new DecayRule(Optional.of(new Decay(Metric.AUC, 0.1, 2, 7, 5)), 500);
    double[] values = IntStream.range(0, 60).mapToDouble(i -> 0.97 - 0.004 * i).toArray();

    assertThat(rule.judge(1, List.of(), windows(values)).values())
        .noneMatch(Verdict.Decayed.class::isInstance);
    SortedMap<Long, Verdict> verdicts = both.judge(1, List.of(), windows(values));
    double first = 0.97 - 0.004 * 2; // the third of five
    assertThat(verdicts.get(26L)).isInstanceOf(Verdict.Healthy.class);
    assertThat(verdicts.get(28L))
        .isInstanceOfSatisfying(
            Verdict.Decayed.class,
            decayed -> {
              assertThat(decayed.crossed()).isEqualTo(Crossed.FIRST);
              assertThat(decayed.first()).contains(new Bound(first, first - 0.1));
              assertThat(decayed.usual().limit()).isLessThan(values[28]);
            });
    assertThat(verdicts.get(59L)) // the last good ones are those before 27
        .isInstanceOfSatisfying(
            Verdict.Decayed.class,
            decayed -> assertThat(decayed.crossed()).isEqualTo(Crossed.BOTH));
    assertThat(both.streak(1, verdicts))
        .hasValueSatisfying(streak -> assertThat(streak.last()).isEqualTo(59));
  }

  /** Usual are 0.72 and 0.70 expected; at first 0.80 and 0.82. Then 0.64 is expected. */
  @Test
  void shouldNotTakeAHarderWindowForADecayAgainstTheFirstOnesEither() {
    DecayRule both = new DecayRule(Optional.of(new Decay(Metric.AUC, 0.1, 2, 5, 5)), 500);
    List<WindowNumbers> windows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      windows.add(i < 5 ? window(i, 0.80, 0.82, List.of()) : window(i, 0.72, 0.70, List.of()));
    }
    windows.add(window(10, 0.60, 0.64, List.of(skew("origin", 1, 0.0))));
    windows.add(window(11, 0.54, 0.64, List.of(skew("origin", 1, 0.0))));
    windows.add(window(12, 0.60, 0.64, List.of()));
    windows.add(window(13, 0.69, 0.64, List.of()));

    Bound usual = new Bound(0.72, 0.72 - (0.70 - 0.64 + 0.75 * 0.1));
    Bound first = new Bound(0.80, 0.80 - (0.82 - 0.64 + 0.75 * 0.1));
    Bound plain = new Bound(0.72, 0.72 - 0.1);
    Bound plainFirst = new Bound(0.80, 0.80 - 0.1);
    assertThat(both.judge(1, List.of(), windows).tailMap(10L).values())
        .containsExactly(
            new Verdict.Healthy(usual, Optional.of(first)),
            new Verdict.Decayed(
                new Bound(0.72, 0.72 - (0.70 - 0.64 + 0.75 * 0.1)),
                Optional.of(first),
                Crossed.BOTH),
            new Verdict.Decayed(plain, Optional.of(plainFirst), Crossed.BOTH),
            new Verdict.Decayed(plain, Optional.of(plainFirst), Crossed.FIRST));
  }

  /** What is kept apart counts as if its windows were still there. */
  @Test
  void shouldJudgeByFirstWindowsThatAreKeptApart() {
    DecayRule both = new DecayRule(Optional.of(new Decay(Metric.AUC, 0.1, 2, 7, 5)), 500);
    List<WindowNumbers> all = windows(0.9, 0.9, 0.9, 0.9, 0.9, 0.85, 0.79, 0.79);
    List<VersionNumbers> first =
        all.subList(0, 5).stream().map(window -> window.versions().get(1)).toList();

    assertThat(both.judge(1, first, all.subList(5, 8)))
        .isEqualTo(both.judge(1, List.of(), all).tailMap(5L));
    assertThat(rule.judge(1, first, all.subList(5, 8)).values())
        .containsOnly(new NotJudged(Reason.TOO_FEW_WINDOWS)); // they are not asked for
    DecayRule errors = new DecayRule(Optional.of(new Decay(Metric.MAE, 0.1, 2, 7, 5)), 500);
    assertThat(errors.judge(1, first, all.subList(5, 8)).values())
        .containsOnly(new NotJudged(Reason.NO_VALUE));
  }

  /** Those between the first and the oldest known ones may have led there. */
  @Test
  void shouldNotCompareTheOldestKnownWithTheLastOfTheFirst() {
    DecayRule both = new DecayRule(Optional.of(new Decay(Metric.AUC, 0.02, 2, 3, 5)), 500);
    List<VersionNumbers> first =
        windows(0.9, 0.9, 0.9, 0.93, 0.93).stream()
            .map(window -> window.versions().get(1))
            .toList();

    assertThat(both.judge(1, first, windows(0.905, 0.905, 0.905, 0.905, 0.905, 0.905)).values())
        .hasSize(6)
        .allMatch(verdict -> verdict instanceof Verdict.Healthy);
    assertThat(both.judge(1, first, windows(0.88)).values())
        .allMatch(verdict -> verdict instanceof Verdict.Decayed);
  }

  private static Verdict healthy(double baseline, double limit) {
    return new Verdict.Healthy(new Bound(baseline, limit), Optional.empty());
  }

  private static Verdict decayed(double baseline, double limit) {
    return new Verdict.Decayed(new Bound(baseline, limit), Optional.empty(), Crossed.USUAL);
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
        field,
        Kind.SKEW,
        version,
        null,
        600,
        9000,
        0.2,
        0.01,
        null,
        null,
        strange,
        Outcome.EXCEEDED);
  }

  private static WindowNumbers window(long start, long labelled, Map<Metric, Double> metrics) {
    return new WindowNumbers(
        start,
        ClosedBy.EVENT_TIME,
        new TreeMap<>(Map.of(1, new VersionNumbers(600, labelled, metrics, Map.of()))),
        List.of());
  }
}
