package io.millrace.validator.clocks;

import io.millrace.messaging.watermarks.Watermarks;

/**
 * The event time that one partition of one stream has passed: a microsecond before its largest
 * event, because events of the same time may follow, or what a watermark record says. Idleness is
 * counted in ticks, not in time, so that a process that was paused does not call its sources idle
 * when it wakes up.
 */
public final class SourceClock {
  /** Ticks without a record after which a source without lag is idle. */
  static final int IDLE_TICKS = 100;

  /** Ticks after which an idle source says so again: its word is doubted when another wakes up. */
  static final int REPEAT_TICKS = 5;

  private static final Signal NOTHING = new Signal.Nothing();
  private static final Signal IDLE = new Signal.Idle();

  private long passed = Watermarks.NONE;
  private long told = Watermarks.NONE;
  private int quietTicks;
  private boolean idle;
  private boolean held;

  /**
   * An event of unknown time waits: no further time may be told until it is known.
   *
   * @return what to tell: a source that was idle is waited for again
   */
  public Signal hold() {
    held = true;
    if (!idle) {
      return NOTHING;
    }
    idle = false;
    return new Signal.Passed(told == Watermarks.NONE ? Watermarks.BEGINNING : told);
  }

  /** Nothing waits any more. */
  public void release() {
    held = false;
  }

  /** A record came, whatever it holds. */
  public void record() {
    quietTicks = 0;
  }

  /**
   * An event of a time that is not in the future.
   *
   * @return what to tell before the event itself: a source that was idle is waited for again
   */
  public Signal event(long micros) {
    passed = Math.max(passed, micros - 1);
    return idle ? tell() : NOTHING;
  }

  /** A watermark record: its time has been passed, inclusive; told at once. */
  public Signal mark(long micros) {
    passed = Math.max(passed, micros);
    return idle || passed > told ? tell() : NOTHING;
  }

  /**
   * A beat of the wall clock.
   *
   * @param drained whether the source has nothing more to read, for certain
   */
  public Signal tick(boolean drained) {
    if (held) {
      quietTicks = 0;
      return NOTHING;
    }
    quietTicks++;
    if (passed > told) {
      return tell();
    }
    if (drained && quietTicks >= (idle ? REPEAT_TICKS : IDLE_TICKS)) {
      idle = true;
      quietTicks = 0;
      return IDLE;
    }
    return NOTHING;
  }

  private Signal tell() {
    if (held) {
      return NOTHING;
    }
    idle = false;
    told = passed;
    return new Signal.Passed(passed);
  }
}
