package io.millrace.monitor.verdicts;

import io.millrace.contracts.pipeline.Metric;
import io.millrace.contracts.pipeline.Monitor.Decay;
import io.millrace.monitor.verdicts.FieldDistance.Kind;
import io.millrace.monitor.verdicts.Verdict.Bound;
import io.millrace.monitor.verdicts.Verdict.Decayed.Crossed;
import io.millrace.monitor.verdicts.Verdict.NotJudged;
import io.millrace.monitor.verdicts.Verdict.NotJudged.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Compares each window of a version with those before: with its last good ones, and with its first
 * good ones, since the last ones go along with what gets worse slowly. All verdicts are made anew
 * from the numbers, so that a correction of one window counts for those behind it.
 *
 * <p>Some windows are harder than others: a day on which hardly any flight is late has a lower AUC
 * than others have, whatever the model. A version whose scores say so has not decayed, unless it
 * was never trained on such values as the window holds and can't know.
 *
 * @param decay empty: no metric is watched
 * @param minExamples a window with fewer labelled predictions is not judged
 */
public record DecayRule(Optional<Decay> decay, long minExamples) {
  /** A version with fewer windows before is not judged. */
  static final int FEWEST_WINDOWS = 5;

  /** Of {@code drop}, this share must be more than a harder window explains. */
  static final double UNEXPLAINED = 0.75;

  /**
   * With more of its values strange to the model, what its scores lead to expect is worth nothing.
   */
  static final double MOST_STRANGE = 0.05;

  /**
   * Windows in a row in which a version has decayed, up to its newest judged one.
   *
   * @param first where the first of them begins
   * @param last where the last of them begins
   */
  public record Streak(int version, long first, long last, int windows, Verdict.Decayed verdict) {}

  /** How many of a version's first good windows are compared with for good. */
  public int firstWindows() {
    return decay.map(Decay::firstWindows).orElse(0);
  }

  /**
   * The verdict on each window that a version predicted in.
   *
   * @param first the numbers of the version's first good windows, of those that are no longer among
   *     the windows
   * @param windows in their order
   */
  public SortedMap<Long, Verdict> judge(
      int version, Collection<VersionNumbers> first, Collection<WindowNumbers> windows) {
    SortedMap<Long, Verdict> verdicts = new TreeMap<>();
    List<VersionNumbers> good = new ArrayList<>();
    decay.ifPresent(
        watched ->
            first.stream()
                .filter(numbers -> numbers.metrics().containsKey(watched.metric()))
                .limit(watched.firstWindows())
                .forEach(good::add));
    int forgotten = good.size();
    for (WindowNumbers window : windows) {
      VersionNumbers numbers = window.versions().get(version);
      if (numbers != null) {
        Verdict verdict =
            window.isClosed()
                ? judge(numbers, good, forgotten, isKnown(version, window))
                : new Verdict.Open();
        verdicts.put(window.start(), verdict);
        if (isGood(verdict)) {
          good.add(numbers);
        }
      }
    }
    return verdicts;
  }

  /** The decay of a version, if enough of its windows are decayed. */
  public Optional<Streak> streak(int version, SortedMap<Long, Verdict> verdicts) {
    Streak streak = null;
    for (var entry : verdicts.entrySet()) {
      switch (entry.getValue()) {
        case Verdict.Decayed decayed ->
            streak =
                streak == null
                    ? new Streak(version, entry.getKey(), entry.getKey(), 1, decayed)
                    : new Streak(
                        version, streak.first(), entry.getKey(), streak.windows() + 1, decayed);
        case Verdict.Healthy healthy -> streak = null;
        case NotJudged notJudged -> {} // says nothing
        case Verdict.Open open -> {}
      }
    }
    int needed = decay.map(Decay::windows).orElse(Integer.MAX_VALUE);
    return Optional.ofNullable(streak).filter(found -> found.windows() >= needed);
  }

  /**
   * @param before good windows
   * @param forgotten how many of them, the first ones, lie before others that are no longer known
   */
  private Verdict judge(
      VersionNumbers numbers, List<VersionNumbers> before, int forgotten, boolean known) {
    if (decay.isEmpty()) {
      return new NotJudged(Reason.NOT_WATCHED);
    }
    if (numbers.labelled() < minExamples) {
      return new NotJudged(Reason.TOO_FEW_EXAMPLES);
    }
    Double value = numbers.metrics().get(decay.get().metric());
    if (value == null) {
      return new NotJudged(Reason.NO_VALUE);
    }
    if (before.size() < FEWEST_WINDOWS) {
      return new NotJudged(Reason.TOO_FEW_WINDOWS);
    }
    int last = Math.min(before.size(), firstWindows());
    Optional<Bound> first =
        last == 0 ? Optional.empty() : Optional.of(bound(numbers, before.subList(0, last), known));
    List<VersionNumbers> recent = before.subList(forgotten, before.size());
    int from = Math.max(0, recent.size() - decay.get().baselineWindows());
    Bound usual =
        first
            .filter(bound -> forgotten > 0 && recent.size() < FEWEST_WINDOWS)
            .orElseGet(() -> bound(numbers, recent.subList(from, recent.size()), known));
    boolean crossedFirst = first.filter(bound -> isCrossed(bound, value)).isPresent();
    if (isCrossed(usual, value)) {
      return new Verdict.Decayed(usual, first, crossedFirst ? Crossed.BOTH : Crossed.USUAL);
    }
    return crossedFirst
        ? new Verdict.Decayed(usual, first, Crossed.FIRST)
        : new Verdict.Healthy(usual, first);
  }

  /**
   * @param others the windows that it is compared with
   * @param known whether the version was trained on such inputs as the window's are
   */
  private Bound bound(VersionNumbers numbers, List<VersionNumbers> others, boolean known) {
    double baseline = median(others, VersionNumbers::metrics);
    double worse = decay.orElseThrow().drop();
    if (known) {
      worse = Math.max(worse, harder(numbers, others) + UNEXPLAINED * worse);
    }
    return new Bound(baseline, higherIsBetter() ? baseline - worse : baseline + worse);
  }

  private boolean isCrossed(Bound bound, double value) {
    return higherIsBetter() ? value <= bound.limit() : value >= bound.limit();
  }

  private boolean higherIsBetter() {
    return decay.orElseThrow().metric().higherIsBetter();
  }

  /** How much worse than in others the metric is to be expected, by the version's own scores. */
  private double harder(VersionNumbers numbers, List<VersionNumbers> others) {
    Metric metric = decay.orElseThrow().metric();
    Double expected = numbers.expected().get(metric);
    if (expected == null || others.stream().anyMatch(w -> !w.expected().containsKey(metric))) {
      return 0;
    }
    double worse = median(others, VersionNumbers::expected) - expected;
    return Math.max(0, metric.higherIsBetter() ? worse : -worse);
  }

  /** Whether a version was trained on such inputs as the window's are. */
  private static boolean isKnown(int version, WindowNumbers window) {
    List<FieldDistance> inputs =
        window.distances().stream()
            .filter(distance -> distance.kind() == Kind.SKEW)
            .filter(distance -> !distance.field().equals(FieldDistance.SCORE))
            .toList();
    return !inputs.isEmpty()
        && inputs.stream()
            .allMatch(
                input ->
                    Objects.equals(input.version(), version)
                        && input.strange() != null
                        && input.strange() <= MOST_STRANGE);
  }

  /** What later windows are compared with: nothing was wrong, as far as one could tell. */
  public static boolean isGood(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Healthy healthy -> true;
      case NotJudged notJudged -> notJudged.reason() == Reason.TOO_FEW_WINDOWS;
      case Verdict.Decayed decayed -> false;
      case Verdict.Open open -> false;
    };
  }

  private double median(
      List<VersionNumbers> windows, Function<VersionNumbers, Map<Metric, Double>> of) {
    Metric metric = decay.orElseThrow().metric();
    List<Double> sorted =
        windows.stream()
            .map(window -> Objects.requireNonNull(of.apply(window).get(metric)))
            .sorted()
            .toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
