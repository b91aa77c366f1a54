package io.millrace.monitor.judge;

import io.millrace.contracts.control.ModelVersion;
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
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * How far each field of a window is from the window before and from what the version was trained
 * on: the one that predicted most of it.
 */
final class Distances {
  private final JudgePlan plan;
  private final PartitionCells cells;
  private final IntFunction<Optional<ModelVersion>> versions;
  private final SortedSet<String> inputs;
  private final Map<Integer, TrainingReferences> trained = new HashMap<>();

  Distances(JudgePlan plan, PartitionCells cells, IntFunction<Optional<ModelVersion>> versions) {
    this.plan = plan;
    this.cells = cells;
    this.versions = versions;
    this.inputs = WatchedInputs.of(plan.pipeline());
  }

  /** How long before the other window begins; microseconds. */
  long against() {
    return TimeUnit.NANOSECONDS.toMicros(plan.monitor().drift().against().toNanos());
  }

  List<FieldDistance> of(WindowNumbers window) {
    Optional<Integer> main = window.mainVersion();
    if (main.isEmpty()) {
      return List.of();
    }
    int version = main.get();
    long before = window.start() - against();
    WindowTally now = cells.tally(window.start());
    WindowTally earlier = cells.tally(before);
    TrainingReferences training = training(version);
    DistanceRule rule = plan.distanceRule();
    List<FieldDistance> distances = new ArrayList<>();
    for (String input : inputs) {
      ValueHistogram values = now.inputs().getOrDefault(input, ValueHistogram.EMPTY);
      Other other = new Other(null, before, reference(earlier.inputs().get(input), values));
      distances.add(
          rule.measure(input, Kind.SKEW, values, new Other(version, null, training.of(input))));
      distances.add(rule.measure(input, Kind.DRIFT, values, other));
    }
    String score = FieldDistance.SCORE;
    ValueHistogram scores = now.scores().getOrDefault(version, ValueHistogram.EMPTY);
    Other other = new Other(version, before, reference(earlier.scores().get(version), scores));
    distances.add(
        rule.measure(score, Kind.SKEW, scores, new Other(version, null, training.of(score))));
    distances.add(rule.measure(score, Kind.DRIFT, scores, other));
    return distances;
  }

  private static Optional<Reference> reference(
      @Nullable ValueHistogram before, ValueHistogram now) {
    return Optional.ofNullable(before).map(values -> Reference.of(values, now));
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
