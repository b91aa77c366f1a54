package io.millrace.monitor.judge;

import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.Label;
import io.millrace.messaging.watermarks.Watermarks;
import io.millrace.monitor.verdicts.Closing;
import io.millrace.monitor.verdicts.Closing.Progress;
import io.millrace.monitor.verdicts.VersionNumbers;
import io.millrace.monitor.verdicts.WindowNumbers;
import io.millrace.monitor.windows.JudgeMessage.Snapshot;
import io.millrace.monitor.windows.WindowTally;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntFunction;

/** The numbers of a pipeline's windows, brought up to date from what partitions tell. */
final class WindowBook {
  /** Of so many closed windows the numbers are kept; open ones are kept until they close. */
  private static final int MOST_CLOSED = Limit.KEPT_WINDOWS.most();

  private final JudgePlan plan;
  private final Closing closing;
  private final Memory memory;
  private final PartitionCells cells;
  private final Distances distances;
  private final SortedSet<Long> seasons;
  private final long longest;
  private final FirstWindows first;
  private final NavigableMap<Long, WindowNumbers> windows;
  private final SortedSet<Long> kept;
  private final SortedSet<Long> dirty;

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
    this.distances = new Distances(plan, cells, versions);
    this.seasons = distances.seasons();
    this.longest = seasons.isEmpty() ? 0 : seasons.last();
    this.first = new FirstWindows(memory);
    if (memory.hadOtherLength(closing.windows().micros())) {
      first.clear();
      cells.windows().forEach(cells::drop);
      memory.windows().keySet().forEach(memory::dropWindow);
    }
    this.windows = memory.windows();
    this.kept = cells.windows();
    this.dirty = new TreeSet<>(kept);
  }

  /**
   * Returns whether it tells something new. A task that starts again tells what it has of windows
   * that are no longer kept here too, and of windows of another length what it had told before.
   *
   * @param passed event time
   */
  boolean accept(Snapshot snapshot, long passed) {
    boolean misfit = closing.windows().start(snapshot.window()) != snapshot.window();
    if (misfit || isOver(snapshot.window(), passed) || !cells.put(snapshot)) {
      return false;
    }
    kept.add(snapshot.window());
    dirty.add(snapshot.window());
    return true;
  }

  SortedMap<Long, WindowNumbers> windows() {
    return Collections.unmodifiableSortedMap(windows);
  }

  /** How a version did in its first good windows, of those that are no longer kept. */
  Collection<VersionNumbers> first(int version) {
    return first.of(version);
  }

  /** All predictions that are counted. */
  long predictions() {
    return windows.values().stream().mapToLong(WindowNumbers::predictions).sum();
  }

  /**
   * Counts anew, closes what can be closed, measures distances.
   *
   * @return where the first window begins of which something has changed
   */
  OptionalLong update(Progress progress) {
    SortedSet<Long> measured = new TreeSet<>();
    for (long start : dirty) {
      WindowTally tally = cells.tally(start);
      WindowNumbers before = windows.get(start);
      WindowNumbers counted = WindowNumbers.of(start, tally, kind());
      put(before == null ? counted : counted.closed(before.closedBy()).with(before.distances()));
      measured.add(start);
      for (long season : seasons) {
        measured.add(start + season);
      }
    }
    dirty.clear();
    measured.addAll(close(progress));
    measured.forEach(this::measure);
    return measured.isEmpty() ? OptionalLong.empty() : OptionalLong.of(measured.first());
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
    if (window != null && window.isClosed() && kept.contains(start)) {
      put(window.measured(distances.of(window)));
    }
  }

  /** Forgets cells that nothing is compared with any more, and numbers of long ago. */
  void forget(Progress progress) {
    long passed = Math.min(progress.predictions(), progress.labels());
    while (!kept.isEmpty() && isOver(kept.first(), passed)) {
      cells.drop(kept.first());
      kept.remove(kept.first());
    }
    long closed = windows.values().stream().filter(WindowNumbers::isClosed).count();
    while (closed > MOST_CLOSED
        && windows.firstEntry().getValue().isClosed()
        && !kept.contains(windows.firstKey())) {
      WindowNumbers oldest = windows.pollFirstEntry().getValue();
      first.take(oldest, plan.decayRule());
      memory.dropWindow(oldest.start());
      closed--;
    }
    first.forget(windows.values());
  }

  /** Whether neither the window nor one that is compared with it can change. */
  private boolean isOver(long start, long passed) {
    return passed != Watermarks.NONE && closing.isSettled(start + longest, passed);
  }

  private void put(WindowNumbers window) {
    if (!window.equals(windows.put(window.start(), window))) {
      memory.putWindow(window);
    }
  }

  private Label.Kind kind() {
    return plan.pipeline().label().kind();
  }
}
