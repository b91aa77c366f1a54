package io.millrace.monitor.judge;

import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.pipeline.Monitor.Drift;
import io.millrace.monitor.verdicts.DistanceRule;
import io.millrace.monitor.verdicts.DistanceRule.Other;
import io.millrace.monitor.verdicts.FieldDistance;
import io.millrace.monitor.verdicts.FieldDistance.Kind;
import io.millrace.monitor.verdicts.TrainingReferences;
import io.millrace.monitor.verdicts.WatchedInputs;
import io.millrace.monitor.verdicts.WindowNumbers;
import io.millrace.monitor.windows.WindowTally;
import io.millrace.statistics.histograms.Reference;
import io.millrace.statistics.histograms.ValueHistogram;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How far each field of a window is from that of a season before and from what the version was
 * trained on: the one that predicted most of it.
 */
final class Distances {
  private final JudgePlan plan;
  private final PartitionCells cells;
  private final IntFunction<Optional<ModelVersion>> versions;
  private final SortedSet<String> inputs;
  private final SortedSet<String> ofTime;
  private final Map<Integer, TrainingReferences> trained = new HashMap<>();

  Distances(JudgePlan plan, PartitionCells cells, IntFunction<Optional<ModelVersion>> versions) {
    this.plan = plan;
    this.cells = cells;
    this.versions = versions;
    this.inputs = WatchedInputs.of(plan.pipeline());
    this.ofTime = WatchedInputs.madeOfTime(plan.pipeline());
  }

  /** How long before the other windows of all fields begin; microseconds. */
  SortedSet<Long> seasons() {
    SortedSet<Long> seasons = new TreeSet<>();
    inputs.forEach(input -> seasons.add(season(input)));
    if (!drift().ignores(FieldDistance.SCORE)) {
      seasons.add(season(FieldDistance.SCORE));
    }
    return seasons;
  }

  private long season(String field) {
    return TimeUnit.NANOSECONDS.toMicros(drift().against(field).toNanos());
  }

  private Drift drift() {
    return plan.monitor().drift();
  }

  List<FieldDistance> of(WindowNumbers window) {
    Optional<Integer> main = window.mainVersion();
    if (main.isEmpty()) {
      return List.of();
    }
    int version = main.get();
    WindowTally now = cells.tally(window.start());
    Map<Long, WindowTally> earlier = new HashMap<>();
    seasons().forEach(season -> earlier.put(season, cells.tally(window.start() - season)));
    TrainingReferences training = training(version);
    DistanceRule rule = plan.distanceRule();
    List<FieldDistance> distances = new ArrayList<>();
    for (String input : inputs) {
      ValueHistogram values = now.inputs().getOrDefault(input, ValueHistogram.EMPTY);
      long season = season(input);
      Other other =
          new Other(
              null, window.start() - season, counted(tally(earlier, season).inputs().get(input)));
      if (!ofTime.contains(input)) {
        distances.add(
            rule.measure(input, Kind.SKEW, values, new Other(version, null, training.of(input))));
      }
      distances.add(rule.measure(input, Kind.DRIFT, values, other));
    }
    String score = FieldDistance.SCORE;
    if (!drift().ignores(score)) {
      long season = season(score);
      ValueHistogram scores = now.scores().getOrDefault(version, ValueHistogram.EMPTY);
      Other other =
          new Other(
              version,
              window.start() - season,
              counted(tally(earlier, season).scores().get(version)));
      distances.add(
          rule.measure(score, Kind.SKEW, scores, new Other(version, null, training.of(score))));
      distances.add(rule.measure(score, Kind.DRIFT, scores, other));
    }
    return distances;
  }

  private static WindowTally tally(Map<Long, WindowTally> earlier, long season) {
    return earlier.getOrDefault(season, WindowTally.EMPTY);
  }

  private static Optional<Reference> counted(@Nullable ValueHistogram before) {
    return Optional.ofNullable(before).map(Reference::of);
  }

  /** Of a version whose event or files have not come yet it is asked for again. */
  private TrainingReferences training(int version) {
    TrainingReferences known = trained.get(version);
    if (known == null) {
      known = versions.apply(version).map(plan.references()).orElse(TrainingReferences.NONE);
      if (!known.fields().isEmpty()) {
        trained.put(version, known);
      }
    }
    return known;
  }
}
