package io.millrace.transformer.parts;

import io.millrace.contracts.control.PartWritten;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * Which parts are to become one: those of a partition and a pipeline's version that end in the same
 * hour, once that is over, and once the day is, all of it. What comes late into an hour is a part
 * beside the large one until the day is over, and after that until it is worth a rewriting.
 *
 * @param closed before this event time hours and days are over
 */
record CompactionPlan(Instant closed) {
  static final String COMPACTED = "compacted";

  /** Parts larger than half of it are left as they are. */
  private static final long TARGET_BYTES = 128L << 20;

  /** Files that are open at once. */
  private static final int MOST = 500;

  /** So many small ones are worth rewriting a large one. */
  private static final int WORTH = 16;

  private static final int LARGEST_TO_OTHERS = 4;

  private record Lane(int partition, int version) {
    private static Lane of(PartWritten part) {
      return new Lane(part.getPartition(), part.getPipelineVersion());
    }
  }

  private static final Comparator<Lane> BY_LANE =
      Comparator.comparingInt(Lane::partition).thenComparingInt(Lane::version);

  private static final Comparator<PartWritten> BY_OFFSET =
      Comparator.comparingLong(PartWritten::getFirstOffset).thenComparing(PartWritten::getPart);

  /**
   * At an event time.
   *
   * @param delay for which what is over is left alone
   */
  static CompactionPlan at(Instant clock, Duration delay) {
    return new CompactionPlan(clock.minus(delay));
  }

  /** What can be merged at once; each part is in one group at most. */
  List<List<PartWritten>> groups(Collection<PartWritten> parts) {
    TreeMap<Lane, TreeMap<Instant, List<PartWritten>>> lanes = new TreeMap<>(BY_LANE);
    for (PartWritten part : parts) {
      if (part.getBytes() < TARGET_BYTES / 2) {
        lanes
            .computeIfAbsent(Lane.of(part), lane -> new TreeMap<>())
            .computeIfAbsent(span(part), span -> new ArrayList<>())
            .add(part);
      }
    }
    List<List<PartWritten>> groups = new ArrayList<>();
    lanes.values().forEach(spans -> spans.values().forEach(span -> cut(span, groups)));
    return groups;
  }

  /** The begin of the day that a part belongs to, or of the hour while the day goes on. */
  private Instant span(PartWritten part) {
    Instant day = part.getMaxTime().truncatedTo(ChronoUnit.DAYS);
    return isOver(day, ChronoUnit.DAYS) ? day : part.getMaxTime().truncatedTo(ChronoUnit.HOURS);
  }

  private boolean isOver(Instant begin, ChronoUnit unit) {
    return !begin.plus(1, unit).isAfter(closed);
  }

  private void cut(List<PartWritten> span, List<List<PartWritten>> groups) {
    Instant begin = span(span.getFirst());
    boolean isDay =
        isOver(span.getFirst().getMaxTime().truncatedTo(ChronoUnit.DAYS), ChronoUnit.DAYS);
    if (!isDay && !isOver(begin, ChronoUnit.HOURS)) {
      return;
    }
    List<PartWritten> group = new ArrayList<>();
    long bytes = 0;
    for (PartWritten part : span.stream().sorted(BY_OFFSET).toList()) {
      if (!isDay && part.getReason().equals(COMPACTED)) {
        continue;
      }
      if (group.size() == MOST || bytes + part.getBytes() > TARGET_BYTES) {
        add(group, groups);
        group = new ArrayList<>();
        bytes = 0;
      }
      group.add(part);
      bytes += part.getBytes();
    }
    add(group, groups);
  }

  private static void add(List<PartWritten> group, List<List<PartWritten>> groups) {
    long all = group.stream().mapToLong(PartWritten::getBytes).sum();
    long largest = group.stream().mapToLong(PartWritten::getBytes).max().orElse(0);
    if (group.size() >= WORTH
        || (group.size() > 1 && largest <= LARGEST_TO_OTHERS * (all - largest))) {
      groups.add(List.copyOf(group));
    }
  }
}
