package io.millrace.monitor.policy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.pipeline.Monitor.Decay;
import io.millrace.contracts.pipeline.Monitor.Drift;
import io.millrace.contracts.pipeline.Monitor.Signal;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.serde.CloudEvents;
import io.millrace.monitor.verdicts.DecayRule;
import io.millrace.monitor.verdicts.FieldDistance;
import io.millrace.monitor.verdicts.FieldDistance.Kind;
import io.millrace.monitor.verdicts.FieldDistance.Outcome;
import io.millrace.monitor.verdicts.Verdict;
import io.millrace.monitor.verdicts.VersionNumbers;
import io.millrace.monitor.verdicts.WindowNumbers;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Finds what is wrong with the live version in the newest windows.
 *
 * @param drift tells what is ignored, though it may have been measured before
 */
public record Troubles(DecayRule rule, Drift drift) {

  /**
   * Of one thing the newest verdict counts; a window without one says nothing.
   *
   * @param first numbers of the live version's first good windows that are no longer kept
   */
  public List<Trouble> of(
      int live, Collection<VersionNumbers> first, SortedMap<Long, WindowNumbers> windows) {
    List<Trouble> troubles = new ArrayList<>();
    rule.streak(live, rule.judge(live, first, windows.values()))
        .ifPresent(streak -> troubles.add(decay(streak, windows)));
    newest(live, windows)
        .forEach(
            (key, found) -> {
              if (found.distance.outcome() == Outcome.EXCEEDED) {
                troubles.add(distance(live, found));
              }
            });
    return troubles;
  }

  private Trouble decay(DecayRule.Streak streak, SortedMap<Long, WindowNumbers> windows) {
    Decay decay = rule.decay().orElseThrow();
    WindowNumbers last = windows.get(streak.last());
    ObjectNode numbers = Evidence.create().put("windows", streak.windows());
    if (last != null && last.versions().containsKey(streak.version())) {
      var version = last.versions().get(streak.version());
      numbers
          .put("value", version.metrics().get(decay.metric()))
          .put("labelled", version.labelled())
          .put("predictions", version.predictions());
    }
    Verdict.Decayed verdict = streak.verdict();
    numbers.put("baseline", verdict.usual().baseline()).put("limit", verdict.usual().limit());
    verdict
        .first()
        .ifPresent(
            bound ->
                numbers
                    .put("firstBaseline", bound.baseline())
                    .put("firstLimit", bound.limit())
                    .put("crossed", verdict.crossed().name().toLowerCase(Locale.ROOT)));
    return new Trouble(
        Signal.DECAY,
        streak.version(),
        decay.metric().name().toLowerCase(Locale.ROOT),
        streak.first(),
        streak.last(),
        numbers);
  }

  /** The newest judged distance of each kind and field, and where its trouble began. */
  private record Found(FieldDistance distance, long first, long window) {}

  private Map<String, Found> newest(int live, SortedMap<Long, WindowNumbers> windows) {
    Map<String, Found> newest = new TreeMap<>();
    for (WindowNumbers window : windows.values()) {
      for (FieldDistance distance : window.distances()) {
        if (distance.isJudged()
            && !drift.ignores(distance.field())
            && concerns(live, distance, window, windows)) {
          newest.merge(
              distance.kind() + "/" + distance.field(),
              new Found(distance, window.start(), window.start()),
              (before, now) ->
                  before.distance.outcome() == Outcome.EXCEEDED
                      ? new Found(now.distance, before.first, now.window)
                      : now);
        }
      }
    }
    return newest;
  }

  /**
   * A change between two windows is one in a version's time when it predicted in both; one that
   * came before may be in what it was trained on, which the skew tells.
   */
  private static boolean concerns(
      int live,
      FieldDistance distance,
      WindowNumbers window,
      SortedMap<Long, WindowNumbers> windows) {
    if (distance.version() != null && distance.version() != live) {
      return false;
    }
    if (distance.kind() != Kind.DRIFT) {
      return true;
    }
    WindowNumbers reference =
        distance.referenceStart() == null ? null : windows.get(distance.referenceStart());
    return reference != null
        && reference.versions().containsKey(live)
        && window.versions().containsKey(live);
  }

  private static Trouble distance(int live, Found found) {
    FieldDistance distance = found.distance;
    ObjectNode numbers =
        Evidence.create()
            .put("jsdBits", distance.jsdBits())
            .put("chance", distance.chance())
            .put("count", distance.count())
            .put("referenceCount", distance.referenceCount());
    if (distance.referenceStart() != null) {
      numbers.put("referenceStart", CloudEvents.instant(distance.referenceStart()).toString());
    }
    if (distance.lInfinity() != null) {
      numbers
          .put("lInfinity", distance.lInfinity())
          .put("lInfinityChance", distance.lInfinityChance());
    }
    return new Trouble(
        distance.kind() == Kind.SKEW ? Signal.SKEW : Signal.DRIFT,
        live,
        distance.field(),
        found.first,
        found.window,
        numbers);
  }
}
