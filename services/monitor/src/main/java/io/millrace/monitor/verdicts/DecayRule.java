package io.millrace.monitor.verdicts;

import io.millrace.contracts.pipeline.Monitor.Decay;
import io.millrace.monitor.verdicts.Verdict.NotJudged;
import io.millrace.monitor.verdicts.Verdict.NotJudged.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Compares each window of a version with those before. All verdicts are made anew from the numbers,
 * so that a correction of one window counts for those behind it.
 *
 * @param decay empty: no metric is watched
 * @param minExamples a window with fewer labelled predictions is not judged
 */
public record DecayRule(Optional<Decay> decay, long minExamples) {
  /** A version with fewer windows before is not judged. */
  static final int FEWEST_WINDOWS = 5;

  /**
   * Windows in a row in which a version has decayed, up to its newest judged one.
   *
   * @param first where the first of them begins
   * @param last where the last of them begins
   */
  public record Streak(int version, long first, long last, int windows, Verdict.Decayed verdict) {}

  /**
   * The verdict on each window that a version predicted in.
   *
   * @param windows in their order
   */
  public SortedMap<Long, Verdict> judge(int version, Collection<WindowNumbers> windows) {
    SortedMap<Long, Verdict> verdicts = new TreeMap<>();
    List<Double> good = new ArrayList<>();
    for (WindowNumbers window : windows) {
      VersionNumbers numbers = window.versions().get(version);
      if (numbers != null) {
        Verdict verdict = window.isClosed() ? judge(numbers, good) : new Verdict.Open();
        verdicts.put(window.start(), verdict);
        if (isGood(verdict)) {
          decay.ifPresent(d -> good.add(numbers.metrics().get(d.metric())));
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

  private Verdict judge(VersionNumbers numbers, List<Double> before) {
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
    boolean higherIsBetter = decay.get().metric().higherIsBetter();
    double drop = decay.get().drop();
    int from = Math.max(0, before.size() - decay.get().baselineWindows());
    double baseline = median(before.subList(from, before.size()));
    double limit = higherIsBetter ? baseline - drop : baseline + drop;
    boolean decayed = higherIsBetter ? value <= limit : value >= limit;
    return decayed ? new Verdict.Decayed(baseline, limit) : new Verdict.Healthy(baseline, limit);
  }

  /** What later windows are compared with: nothing was wrong, as far as one could tell. */
  private static boolean isGood(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Healthy healthy -> true;
      case NotJudged notJudged -> notJudged.reason() == Reason.TOO_FEW_WINDOWS;
      case Verdict.Decayed decayed -> false;
      case Verdict.Open open -> false;
    };
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
