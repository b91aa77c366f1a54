package io.millrace.validator.clocks;

import io.millrace.messaging.watermarks.Watermarks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What one deduplicating task tells its partition of a topic, from what its sources tell it.
 *
 * <p>That a source is idle is believed once the end of its partition is known, asked for after its
 * word has come: it holds if it had read so far, and if not, it is waited for, because it is bound
 * to speak of what is there. When another wakes up, what woke that one may be on its way to those
 * that are idle too: then their word is checked once more.
 */
public final class TaskClock {
  private static final Signal NOTHING = new Signal.Nothing();
  private static final long NOT_KNOWN = -1;

  private final Watermarks watermarks;
  private long[] ends;
  private int sources;
  private long told;
  private boolean toldIdle;
  private long toldCut;

  /**
   * Goes on where the stored watermarks stand: they were stored together with what was told.
   *
   * @param sources partitions of the stream's input topic, as far as known here
   */
  public TaskClock(Watermarks watermarks, int sources) {
    this.watermarks = watermarks;
    this.sources = sources;
    this.ends = new long[0];
    this.told = watermarks.combined();
    this.toldIdle = watermarks.allIdle();
    this.toldCut = watermarks.cut();
    grow(sources - 1);
  }

  /** A source has passed a time. */
  public Signal passed(int source, long micros) {
    grow(source);
    if (wakes(source, micros)) {
      doubtIdle();
    }
    watermarks.passed(source, sources, micros, 0);
    return news();
  }

  /**
   * A source has nothing to wait for.
   *
   * @param position up to which it has read
   */
  public Signal idle(int source, long position) {
    grow(source);
    if (watermarks.isIdle(source)) {
      watermarks.idle(source, sources, position, 0); // it has read what is no event
    } else {
      watermarks.claimIdle(source, sources, position);
      ends[source] = NOT_KNOWN;
    }
    return news();
  }

  /** Whether a source wakes up by passing a time: one that was idle, or tells just this. */
  public boolean wakes(int source, long micros) {
    return !watermarks.isActive(source) || micros == Watermarks.BEGINNING;
  }

  /** A source of the other stream wakes up: those of this one may be about to. */
  public Signal doubt() {
    doubtIdle();
    return news();
  }

  /** The sources whose word is in doubt until the end of their partition is known. */
  public List<Integer> doubted() {
    List<Integer> doubted = new ArrayList<>();
    for (int source = 0; source < sources; source++) {
      if (watermarks.isDoubted(source) && ends[source] == NOT_KNOWN) {
        doubted.add(source);
      }
    }
    return doubted;
  }

  /**
   * Settles doubts, of those that have come furthest last: the time that they have passed counts.
   *
   * @param bySource where the partitions of sources end, asked for after the doubt arose
   * @return what to tell, in this order
   */
  public List<Signal> end(Map<Integer, Long> bySource) {
    return bySource.entrySet().stream()
        .sorted(Comparator.comparingLong(end -> watermarks.passed(end.getKey())))
        .map(end -> settle(end.getKey(), end.getValue()))
        .toList();
  }

  private Signal settle(int source, long end) {
    ends[source] = end;
    // less than was read is the end of another topic: one that was made anew, or that a new version
    // names
    if (watermarks.isDoubted(source) && watermarks.idleAt(source) == end) {
      watermarks.idle(source, sources, watermarks.idleAt(source), 0);
    }
    return news();
  }

  /** Whether an event comes after its time has been passed. */
  public boolean isLate(long micros) {
    return watermarks.combined() != Watermarks.NONE && micros <= watermarks.combined();
  }

  /** For the state store. */
  public byte[] toBytes() {
    return watermarks.toBytes();
  }

  private void doubtIdle() {
    for (int source = 0; source < sources; source++) {
      watermarks.doubt(source);
    }
    Arrays.fill(ends, NOT_KNOWN);
  }

  /** An instance that started later may know of more partitions than this one. */
  private void grow(int source) {
    sources = Math.max(sources, source + 1);
    int before = ends.length;
    if (before < sources) {
      ends = Arrays.copyOf(ends, sources);
      Arrays.fill(ends, before, sources, NOT_KNOWN);
    }
  }

  private Signal news() {
    if (watermarks.allIdle()) {
      if (toldIdle && toldCut == watermarks.cut()) {
        return NOTHING;
      }
      toldIdle = true;
      toldCut = watermarks.cut();
      return new Signal.Idle(toldCut);
    }
    if (watermarks.combined() > told || toldIdle) {
      told = watermarks.combined();
      toldIdle = false;
      return new Signal.Passed(watermarks.awake());
    }
    return NOTHING;
  }
}
