package io.millrace.validator.clocks;

import io.millrace.messaging.watermarks.Watermarks;

/** What one deduplicating task tells its partition of a topic, from what its sources tell it. */
public final class TaskClock {
  private static final Signal NOTHING = new Signal.Nothing();
  private static final Signal IDLE = new Signal.Idle();

  private final Watermarks watermarks;
  private int sources;
  private long told;
  private boolean toldIdle;

  /**
   * Goes on where the stored watermarks stand: they were stored together with what was told.
   *
   * @param sources partitions of the stream's input topic, as far as known here
   */
  public TaskClock(Watermarks watermarks, int sources) {
    this.watermarks = watermarks;
    this.sources = sources;
    this.told = watermarks.combined();
    this.toldIdle = watermarks.allIdle();
  }

  /** A source has passed a time. */
  public Signal passed(int source, long micros) {
    watermarks.passed(source, grownTo(source), micros);
    return news();
  }

  /** A source has nothing to wait for. */
  public Signal idle(int source) {
    watermarks.idle(source, grownTo(source));
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
  private int grownTo(int source) {
    sources = Math.max(sources, source + 1);
    return sources;
  }

  private Signal news() {
    if (watermarks.allIdle()) {
      if (toldIdle) {
        return NOTHING;
      }
      toldIdle = true;
      return IDLE;
    }
    if (watermarks.combined() > told || (toldIdle && told != Watermarks.NONE)) {
      told = watermarks.combined();
      toldIdle = false;
      return new Signal.Passed(told);
    }
    return NOTHING;
  }
}
