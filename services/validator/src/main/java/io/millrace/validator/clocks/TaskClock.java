package io.millrace.validator.clocks;

import io.millrace.messaging.watermarks.Watermarks;
import java.util.Arrays;

/**
 * What one deduplicating task tells its partition of a topic, from what its sources tell it.
 *
 * <p>When all were idle and one wakes up, the others have to say twice that they are idle still:
 * the first time may have been on its way already when the one woke up.
 */
public final class TaskClock {
  private static final Signal NOTHING = new Signal.Nothing();
  private static final Signal IDLE = new Signal.Idle();

  private static final int WORDS = 2;

  /**
   * Rounds of the sources' words after which a sleeping task says so again, to whom it concerns.
   */
  private static final int ROUNDS = 20;

  private final Watermarks watermarks;
  private int[] doubts;
  private int sources;
  private long told;
  private boolean toldIdle;
  private int wordsSinceTold;

  /**
   * Goes on where the stored watermarks stand: they were stored together with what was told.
   *
   * @param sources partitions of the stream's input topic, as far as known here
   */
  public TaskClock(Watermarks watermarks, int sources) {
    this.watermarks = watermarks;
    this.sources = sources;
    this.doubts = new int[sources];
    this.told = watermarks.combined();
    this.toldIdle = watermarks.allIdle();
  }

  /** A source has passed a time. */
  public Signal passed(int source, long micros) {
    grow(source);
    if (watermarks.allIdle()) {
      Arrays.fill(doubts, WORDS);
    }
    doubts[source] = 0;
    watermarks.passed(source, sources, micros);
    return news();
  }

  /** A source has nothing to wait for. */
  public Signal idle(int source) {
    grow(source);
    if (doubts[source] > 0 && --doubts[source] > 0) {
      return NOTHING;
    }
    watermarks.idle(source, sources);
    return news();
  }

  /** Whether all sources are idle. */
  public boolean isAsleep() {
    return watermarks.allIdle();
  }

  /** The other stream woke up: this one may be about to, and is waited for until it says no. */
  public Signal doubt() {
    Arrays.fill(doubts, WORDS);
    watermarks.doubt();
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

  /** An instance that started later may know of more partitions than this one. */
  private void grow(int source) {
    sources = Math.max(sources, source + 1);
    doubts = Arrays.copyOf(doubts, sources);
  }

  private Signal news() {
    if (watermarks.allIdle()) {
      if (toldIdle && ++wordsSinceTold < ROUNDS * sources) {
        return NOTHING;
      }
      wordsSinceTold = 0;
      toldIdle = true;
      return IDLE;
    }
    if (watermarks.combined() > told || toldIdle) {
      told = watermarks.combined();
      toldIdle = false;
      return new Signal.Passed(watermarks.awake());
    }
    return NOTHING;
  }
}
