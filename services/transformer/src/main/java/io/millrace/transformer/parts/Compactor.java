package io.millrace.transformer.parts;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.millrace.artifacts.ArtifactException;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.parts.PartKey;
import io.millrace.messaging.parts.PartsIndex;
import io.millrace.transformer.parts.Handover.Change;
import io.millrace.transformer.parts.Handover.Ownership;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes large parts of a pipeline's small ones, and takes back those that are older than it keeps
 * them, now and then, on a thread of its own. A large one has the rows of those that it replaces,
 * and is announced in one transaction with their end, by the member of the part writer's group that
 * has their partition. A file whose announcement was not committed is garbage. The files of
 * replaced parts stay for those who have frozen them.
 */
final class Compactor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Compactor.class);
  private static final Duration CLOSE = Duration.ofSeconds(5);
  private static final int MOST_AT_ONCE = 500;

  /** Of merges in one pass; beyond that it is nothing of a group's own. */
  private static final int MOST_FAILURES = 3;

  private final String pipeline;
  private final CompactionSettings settings;
  private final Function<String, PartsIndex> announced;
  private final IntFunction<Optional<Pipeline>> versions;
  private final Optional<Duration> kept;
  private final PartMerger merger;
  private final Handover handover;
  private final PartMetrics metrics;
  private final Clock clock;
  private int failures;
  private final Background thread;

  /** Parts that can't be read: they are not tried again before the next start. */
  private final Set<String> unreadable = new HashSet<>();

  /**
   * @param announced reads which parts a pipeline has, transactions under way included
   * @param versions of the pipeline, as far as they are known
   * @param kept parts are, for so much event time; empty for good
   */
  Compactor(
      String pipeline,
      CompactionSettings settings,
      Function<String, PartsIndex> announced,
      IntFunction<Optional<Pipeline>> versions,
      Optional<Duration> kept,
      PartMerger merger,
      Handover handover,
      PartMetrics metrics,
      Clock clock) {
    this.pipeline = pipeline;
    this.settings = settings;
    this.announced = announced;
    this.versions = versions;
    this.kept = kept;
    this.merger = merger;
    this.handover = handover;
    this.metrics = metrics;
    this.clock = clock;
    this.thread = new Background("compaction-" + pipeline);
  }

  /**
   * Not at once: while services are being replaced, older ones may still read what is announced.
   */
  void start() {
    thread.after(settings.every(), this::repeat);
  }

  private void repeat() {
    try {
      merger.clear();
      work(System.nanoTime() + settings.every().toNanos() / 2);
    } catch (IOException | RuntimeException e) {
      if (!thread.hasEnded()) {
        LOG.warn("pipeline={} compaction goes on later: {}", pipeline, e.toString());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      thread.after(settings.every(), this::repeat);
    }
  }

  /** Takes back what is too old, and merges what there is to merge, until a deadline. */
  void work(long deadline) throws IOException, InterruptedException {
    Optional<Ownership> had = handover.ownership();
    if (had.isEmpty()) {
      return; // between two owners
    }
    PartsIndex index = announced.apply(pipeline); // only now: see Handover.own
    boolean goesOn = takeBack(index, had.get());
    boolean hasMerged = settings.enabled();
    failures = 0;
    while (goesOn && hasMerged) {
      hasMerged = false;
      for (List<PartWritten> group : groups(index, had.get())) {
        if (System.nanoTime() > deadline) {
          return;
        }
        Optional<PartWritten> merged = merged(group);
        if (merged.isEmpty()) {
          continue;
        }
        if (!handover.say(change(group, merged.get()), had.get())) {
          return;
        }
        index.accept(merged.get());
        metrics.compacted(group.size());
        hasMerged = true;
      }
    }
  }

  /**
   * By how far the rows are, and never beyond the clock: a row from the future takes no other one
   * away.
   */
  private boolean takeBack(PartsIndex index, Ownership had) throws InterruptedException {
    Optional<Instant> newest =
        newest(index).map(time -> time.isAfter(clock.instant()) ? clock.instant() : time);
    if (kept.isEmpty() || newest.isEmpty()) {
      return true;
    }
    Instant before = newest.get().minus(kept.get());
    Map<Integer, List<PartKey>> old =
        index.parts().stream()
            .filter(part -> had.has(part.getPartition()) && part.getMaxTime().isBefore(before))
            .collect(groupingBy(PartWritten::getPartition, mapping(PartKey::of, toList())));
    for (Map.Entry<Integer, List<PartKey>> partition : old.entrySet()) {
      List<PartKey> all = partition.getValue();
      for (int from = 0; from < all.size(); from += MOST_AT_ONCE) {
        List<PartKey> some = all.subList(from, Math.min(all.size(), from + MOST_AT_ONCE));
        if (!handover.say(new Change(partition.getKey(), List.of(), some), had)) {
          return false;
        }
        some.forEach(index::delete);
        metrics.removed(some.size());
      }
    }
    return true;
  }

  private static Optional<Instant> newest(PartsIndex index) {
    return index.parts().stream().map(PartWritten::getMaxTime).max(Instant::compareTo);
  }

  private List<List<PartWritten>> groups(PartsIndex index, Ownership had) {
    List<PartWritten> parts = index.parts();
    // a row from the future ends no day
    return newest(index)
        .map(time -> time.isAfter(clock.instant()) ? clock.instant() : time)
        .map(
            now ->
                CompactionPlan.at(now, settings.delay())
                    .groups(
                        parts.stream()
                            .filter(part -> had.has(part.getPartition()))
                            .filter(part -> !unreadable.contains(part.getPart()))
                            .toList()))
        .orElse(List.of());
  }

  /** Empty when the version is not known, or a part is missing or damaged. */
  private Optional<PartWritten> merged(List<PartWritten> group) throws IOException {
    Optional<Pipeline> version = versions.apply(group.getFirst().getPipelineVersion());
    if (version.isEmpty()) {
      return Optional.empty();
    }
    long begin = System.nanoTime();
    try {
      return Optional.of(merger.merge(group, version.get()));
    } catch (ArtifactException e) {
      LOG.error(
          "pipeline={} code={} {} parts are left as they are, until the next start: {}",
          pipeline,
          e.code(),
          group.size(),
          e.getMessage());
      group.forEach(part -> unreadable.add(part.getPart()));
      return Optional.empty();
    } catch (IOException | RuntimeException e) {
      if (++failures > MOST_FAILURES) {
        throw e;
      }
      LOG.warn(
          "pipeline={} {} parts from {} on are not merged now: {}",
          pipeline,
          group.size(),
          group.getFirst().getPart(),
          e.toString());
      return Optional.empty();
    } finally {
      metrics.compaction().record(Duration.ofNanos(System.nanoTime() - begin));
    }
  }

  private static Change change(List<PartWritten> group, PartWritten merged) {
    return new Change(
        merged.getPartition(), List.of(merged), group.stream().map(PartKey::of).toList());
  }

  /** A merge that is under way is not waited for long: without its announcement it is nothing. */
  @Override
  public void close() {
    boolean unused = thread.close(CLOSE);
  }
}
