package io.millrace.monitor.verdicts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.pipeline.Monitor.Distance;
import io.millrace.contracts.pipeline.Monitor.Drift;
import io.millrace.contracts.pipeline.Monitor.Drift.FieldRule;
import io.millrace.monitor.verdicts.DistanceRule.Other;
import io.millrace.monitor.verdicts.FieldDistance.Kind;
import io.millrace.monitor.verdicts.FieldDistance.Outcome;
import io.millrace.monitor.windows.Tumbling;
import io.millrace.statistics.histograms.NumberHistogram;
import io.millrace.statistics.histograms.Reference;
import io.millrace.statistics.histograms.ValueHistogram;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class DistanceRuleTest {
  private final DistanceRule rule = new DistanceRule(drift(Distance.JSD_BITS, 0.0));

  /** 0.095816 bits: SciPy 1.17.1, {@code jensenshannon([.5, .3, .2], [.2, .3, .5], 2) ** 2}. */
  @Test
  void shouldTellTheKnownDistanceAndThatItIsTooGreat() {
    FieldDistance distance = measure(rule, texts(50, 30, 20, 0), texts(20, 30, 50, 0));

    assertThat(distance.jsdBits()).isEqualTo(0.095816, within(5e-7));
    assertThat(distance.lInfinity()).isEqualTo(0.3, within(1e-12));
    assertThat(distance.outcome()).isEqualTo(Outcome.EXCEEDED);
    assertThat(distance.count()).isEqualTo(100);
    assertThat(distance.referenceCount()).isEqualTo(100);
  }

  @Test
  void shouldFindNoDistanceWhenBothSidesAreMissingAlike() {
    FieldDistance distance = measure(rule, texts(50, 0, 0, 50), texts(500, 0, 0, 500));

    assertThat(distance.jsdBits()).isZero();
    assertThat(distance.outcome()).isEqualTo(Outcome.WITHIN);
  }

  @Test
  void shouldFindAllTheDistanceWhenStringsComeWhereNoneWas() {
    FieldDistance distance = measure(rule, missing(500), texts(500, 0, 0, 0));

    assertThat(distance.jsdBits()).isEqualTo(1);
    assertThat(distance.outcome()).isEqualTo(Outcome.EXCEEDED);
  }

  /**
   * 0.0958 bits, of which 0.029 may be by chance: (3 - 1) (1/100 + 1/100) / (8 ln 2), and three
   * times as much.
   */
  @Test
  void shouldNotCountChanceAgainstAField() {
    FieldDistance few = measure(rule, texts(50, 30, 20, 0), texts(20, 30, 50, 0));
    FieldDistance many = measure(rule, texts(5000, 3000, 2000, 0), texts(2000, 3000, 5000, 0));
    double spare = few.jsdBits() - few.chance();

    assertThat(few.chance()).isGreaterThan(50 * many.chance());
    assertThat(measure(limited(spare + 1e-9), texts(50, 30, 20, 0), texts(20, 30, 50, 0)).outcome())
        .isEqualTo(Outcome.WITHIN);
    assertThat(measure(limited(spare - 1e-9), texts(50, 30, 20, 0), texts(20, 30, 50, 0)).outcome())
        .isEqualTo(Outcome.EXCEEDED);
    assertThat(few.lInfinityChance()).isGreaterThan(0.2).isLessThan(few.lInfinity());
  }

  private static DistanceRule limited(double bits) {
    return new DistanceRule(drift(Distance.JSD_BITS, bits));
  }

  @Test
  void shouldHoldAFieldToItsOwnLimits() {
    Drift own =
        new Drift(
            Duration.ofDays(1),
            Map.of(Distance.JSD_BITS, 0.01),
            100,
            Map.of(
                "f",
                new FieldRule(Optional.empty(), Map.of(Distance.JSD_BITS, 0.5), false),
                "g",
                new FieldRule(Optional.of(Duration.ofDays(7)), Map.of(), false)));
    ValueHistogram before = texts(50, 30, 20, 0);
    ValueHistogram now = texts(20, 30, 50, 0);
    Other other = new Other(null, 0L, Optional.of(Reference.of(before)));

    DistanceRule rules = new DistanceRule(own);
    assertThat(rules.measure("f", Kind.DRIFT, now, other).outcome()).isEqualTo(Outcome.WITHIN);
    assertThat(rules.measure("g", Kind.DRIFT, now, other).outcome()).isEqualTo(Outcome.EXCEEDED);
    assertThat(own.against("g")).isEqualTo(Duration.ofDays(7));
    assertThat(own.against("f")).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void shouldNotJudgeTheFewOnEitherSide() {
    assertThat(measure(rule, texts(99, 0, 0, 0), texts(0, 200, 0, 0)).outcome())
        .isEqualTo(Outcome.TOO_FEW_EXAMPLES);
    assertThat(measure(rule, texts(0, 200, 0, 0), texts(99, 0, 0, 0)).outcome())
        .isEqualTo(Outcome.TOO_FEW_EXAMPLES);
    FieldDistance alone =
        rule.measure("f", Kind.DRIFT, texts(200, 0, 0, 0), new Other(null, 0L, Optional.empty()));
    assertThat(alone.outcome()).isEqualTo(Outcome.NO_REFERENCE);
    assertThat(alone.jsdBits()).isNull();
  }

  @Test
  void shouldMeasureTheGreatestDifferenceOfCategoriesOnly() {
    DistanceRule shares = new DistanceRule(drift(Distance.L_INFINITY, 0.05));

    assertThat(measure(shares, texts(50, 30, 20, 0), texts(20, 30, 50, 0)).outcome())
        .isEqualTo(Outcome.EXCEEDED);
    assertThat(measure(shares, numbers(1), numbers(2)).outcome()).isEqualTo(Outcome.WITHIN);
    assertThat(measure(shares, numbers(1), numbers(2)).lInfinity()).isNull();
  }

  @Test
  void shouldLeaveOutWhatIsMadeFromTimeAlone() {
    assertThat(WatchedInputs.of(FlightsFile.pipeline()))
        .containsExactly(
            "destination",
            "destination_delay_3h",
            "distance_miles",
            "origin",
            "origin_delay_3h",
            "origin_late_1h");
  }

  @Test
  void shouldReadWhatTheTransformerAndTheEvaluatorWrite() throws IOException {
    String statistics =
        """
        {"pipeline": "taxi", "formatVersion": 1, "rows": 10, "inputs": [
          {"type": "number", "name": "miles", "count": 9, "missing": 1, "mean": 1.0,
           "standardDeviation": 0.5, "boundaries": [0.0, 1.0, 2.0], "counts": [4, 5]},
          {"type": "text", "name": "zone", "count": 10, "missing": 0,
           "top": [{"value": "A", "count": 6}], "others": 4}]}""";
    String card =
        """
        {"published": {"onHeldOutRows": {"scores": {"boundaries": [0.1, 0.9], "counts": [7]}}}}""";

    TrainingReferences read =
        TrainingReferences.parse(statistics.getBytes(UTF_8), card.getBytes(UTF_8));

    assertThat(read.of("miles").orElseThrow().with(ValueHistogram.EMPTY).reference().values())
        .isEqualTo(Map.of("0", 4L, "1", 5L));
    assertThat(read.of("zone").orElseThrow().with(ValueHistogram.EMPTY).reference().values())
        .isEqualTo(Map.of("=A", 6L, "others", 4L));
    assertThat(read.of("_score").orElseThrow().total()).isEqualTo(7);
    assertThat(read.of("hour")).isEmpty();
  }

  /** c has 0.5 where three times 0.1 were still known. */
  @Test
  void shouldTellWhatIsStrangeAndKeepItWhenTheOthersAreOutOfReach() {
    ValueHistogram before = texts(50, 40, 10, 0);
    ValueHistogram now = texts(20, 30, 50, 0);
    FieldDistance known = measure(rule, before, now);
    FieldDistance unknown =
        rule.measure("f", Kind.DRIFT, now, new Other(null, 0L, Optional.empty()));
    FieldDistance other = rule.measure("f", Kind.DRIFT, now, new Other(null, 7L, Optional.empty()));

    assertThat(known.strange()).isEqualTo(0.5 - 3 * 0.1, within(1e-12));
    assertThat(unknown.strange()).isNull();
    WindowNumbers measured = window(100, 100).with(List.of(known));
    assertThat(measured.measured(List.of(unknown)).distances()).containsExactly(known);
    assertThat(measured.measured(List.of(other)).distances()).containsExactly(other);
  }

  @Test
  void shouldCloseByEventTimeWhenNearlyAllIsLabelledOrTheBoundHasPassed() {
    Closing closing = new Closing(new Tumbling(100), 50, 10);
    WindowNumbers most = window(1000, 990);
    WindowNumbers few = window(1000, 989);

    assertThat(closing.of(most, progress(98, 98, false))).isEmpty();
    assertThat(closing.of(most, progress(99, 98, false))).isEmpty();
    assertThat(closing.of(most, progress(99, 99, false))).hasValue(ClosedBy.EVENT_TIME);
    assertThat(closing.of(few, progress(200, 148, false))).isEmpty();
    assertThat(closing.of(few, progress(200, 149, false))).hasValue(ClosedBy.EVENT_TIME);
    assertThat(closing.of(few, progress(99, 99, true))).hasValue(ClosedBy.WALL_CLOCK);
    assertThat(closing.of(few, new Closing.Progress(0, 0, true, 99))).isEmpty();
  }

  private static Closing.Progress progress(long predictions, long labels, boolean idle) {
    return new Closing.Progress(predictions, labels, idle, 1_000_000);
  }

  private static WindowNumbers window(long predictions, long labelled) {
    return new WindowNumbers(
        0,
        null,
        new TreeMap<>(Map.of(1, new VersionNumbers(predictions, labelled, Map.of(), Map.of()))),
        List.of());
  }

  private static FieldDistance measure(
      DistanceRule rule, ValueHistogram before, ValueHistogram now) {
    return rule.measure(
        "f", Kind.DRIFT, now, new Other(null, 0L, Optional.of(Reference.of(before))));
  }

  private static ValueHistogram missing(long count) {
    return new ValueHistogram(NumberHistogram.EMPTY, new TreeMap<>(), 0, count);
  }

  private static ValueHistogram texts(long a, long b, long c, long missing) {
    TreeMap<String, Long> texts = new TreeMap<>(Map.of("a", a));
    if (b > 0) {
      texts.put("b", b);
    }
    if (c > 0) {
      texts.put("c", c);
    }
    return new ValueHistogram(NumberHistogram.EMPTY, texts, 0, missing);
  }

  /** 100 times the same. */
  private static ValueHistogram numbers(double number) {
    return new ValueHistogram(
        new NumberHistogram(0, new TreeMap<>(Map.of(NumberHistogram.key(number), 100L))),
        new TreeMap<>(),
        0,
        0);
  }

  private static Drift drift(Distance distance, double limit) {
    return new Drift(Duration.ofDays(1), Map.of(distance, limit), 100, Map.of());
  }
}
