package io.millrace.monitor.judge;

import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.pipeline.Label;
import io.millrace.messaging.watermarks.Watermarks;
import io.millrace.monitor.verdicts.Closing;
import io.millrace.monitor.verdicts.Closing.Progress;
import io.millrace.monitor.verdicts.DistanceRule;
import io.millrace.monitor.verdicts.DistanceRule.Other;
import io.millrace.monitor.verdicts.FieldDistance;
import io.millrace.monitor.verdicts.FieldDistance.Kind;
import io.millrace.monitor.verdicts.TrainingReferences;
import io.millrace.monitor.verdicts.WatchedInputs;
import io.millrace.monitor.verdicts.WindowNumbers;
import io.millrace.monitor.windows.JudgeMessage.Snapshot;
import io.millrace.monitor.windows.WindowTally;
import io.millrace.statistics.histograms.Reference;
import io.millrace.statistics.histograms.ValueHistogram;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/** The numbers of a pipeline's windows, brought up to date from what partitions tell. */
final class WindowBook {
  private static final int MOST_WINDOWS = 200;

  private final JudgePlan plan;
  private final Closing closing;
  private final Memory memory;
  private final PartitionCells cells;
  private final IntFunction<Optional<ModelVersion>> versions;
  private final SortedSet<String> inputs;
  private final SortedMap<Long, WindowNumbers> windows;
  private final SortedSet<Long> kept;
  private final SortedSet<Long> dirty;
  private final Map<Integer, TrainingReferences> trained = new HashMap<>();

  /** After a start it is not known what was taken in, so that all counts as changed. */
  WindowBook(
      JudgePlan plan,
      Memory memory,
      PartitionCells cells,
      IntFunction<Optional<ModelVersion>> versions) {
    this.plan = plan;
    this.closing = plan.closing();
    this.memory = memory;
    this.cells = cells;
    this.versions = versions;
    this.inputs = WatchedInputs.of(plan.pipeline());
    this.windows = memory.windows();
    this.kept = cells.windows();
    this.dirty = new TreeSet<>(kept);
  }

  /**
   * Returns whether it tells something new. A task that starts again tells what it has of windows
   * that are no longer kept here too.
   *
   * @param passed event time
   */
  boolean accept(Snapshot snapshot, long passed) {
    if (isOver(snapshot.window(), passed) || !cells.put(snapshot)) {
      return false;
    }
    kept.add(snapshot.window());
    dirty.add(snapshot.window());
    return true;
  }

  SortedMap<Long, WindowNumbers> windows() {
    return Collections.unmodifiableSortedMap(windows);
  }

  /** All predictions that are counted. */
  long predictions() {
    return windows.values().stream().mapToLong(WindowNumbers::predictions).sum();
  }

  /** Counts anew, closes what can be closed, measures distances; returns whether it changed. */
  boolean update(Progress progress) {
    boolean changed = false;
    SortedSet<Long> measured = new TreeSet<>();
    for (long start : dirty) {
      WindowTally tally = cells.tally(start);
      WindowNumbers before = windows.get(start);
      WindowNumbers counted = WindowNumbers.of(start, tally, kind());
      put(before == null ? counted : counted.closed(before.closedBy()).with(before.distances()));
      measured.add(start);
      measured.add(start + against());
      changed = true;
    }
    dirty.clear();
    measured.addAll(close(progress));
    changed |= !measured.isEmpty();
    measured.forEach(this::measure);
    drop(progress);
    return changed;
  }

  /** One after the other, so that verdicts on later windows don't precede those on earlier ones. */
  private List<Long> close(Progress progress) {
    List<Long> closed = new ArrayList<>();
    for (WindowNumbers window : List.copyOf(windows.values())) {
      if (!window.isClosed()) {
        var by = closing.of(window, progress);
        if (by.isEmpty()) {
          break;
        }
        put(window.closed(by.get()));
        closed.add(window.start());
      }
    }
    return closed;
  }

  private void measure(long start) {
    WindowNumbers window = windows.get(start);
    if (window == null || !window.isClosed()) {
      return;
    }
    WindowTally now = cells.tally(start);
    Optional<Integer> main = window.mainVersion();
    if (main.isEmpty() || now.versions().isEmpty()) {
      return;
    }
    int version = main.get();
    long before = start - against();
    WindowTally earlier = cells.tally(before);
    TrainingReferences training = training(version);
    DistanceRule rule = plan.distanceRule();
    List<FieldDistance> distances = new ArrayList<>();
    for (String input : inputs) {
      ValueHistogram values = now.inputs().getOrDefault(input, ValueHistogram.EMPTY);
      distances.add(
          rule.measure(input, Kind.SKEW, values, new Other(version, null, training.of(input))));
      distances.add(
          rule.measure(
              input,
              Kind.DRIFT,
              values,
              new Other(null, before, reference(earlier.inputs().get(input)))));
    }
    ValueHistogram scores = now.scores().getOrDefault(version, ValueHistogram.EMPTY);
    String score = FieldDistance.SCORE;
    distances.add(
        rule.measure(score, Kind.SKEW, scores, new Other(version, null, training.of(score))));
    distances.add(
        rule.measure(
            score,
            Kind.DRIFT,
            scores,
            new Other(version, before, reference(earlier.scores().get(version)))));
    put(window.with(distances));
  }

  private static Optional<Reference> reference(
      @org.jspecify.annotations.Nullable ValueHistogram values) {
    return Optional.ofNullable(values).map(Reference::of);
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

  /** Forgets cells that nothing is compared with any more, and numbers of long ago. */
  private void drop(Progress progress) {
    long passed = Math.min(progress.predictions(), progress.labels());
    while (!kept.isEmpty() && isOver(kept.first(), passed)) {
      cells.drop(kept.first());
      kept.remove(kept.first());
    }
    while (windows.size() > MOST_WINDOWS) {
      memory.dropWindow(windows.firstKey());
      windows.remove(windows.firstKey());
    }
  }

  /** Whether neither the window nor the one that is compared with it can change. */
  private boolean isOver(long start, long passed) {
    return passed != Watermarks.NONE && closing.isSettled(start + against(), passed);
  }

  private void put(WindowNumbers window) {
    if (!window.equals(windows.put(window.start(), window))) {
      memory.putWindow(window);
    }
  }

  private Label.Kind kind() {
    return plan.pipeline().label().kind();
  }

  private long against() {
    return TimeUnit.NANOSECONDS.toMicros(plan.monitor().drift().against().toNanos());
  }
}
