package io.millrace.validator.clocks;

import io.millrace.messaging.watermarks.Watermarks;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * The event time that one partition of one stream has passed: a microsecond before its largest
 * event, because events of the same time may follow, or what a watermark record says. Idleness is
 * counted in ticks, not in time, so that a process that was paused does not call its sources idle
 * when it wakes up.
 *
 * <p>That it is idle is said once, with the position up to which that holds: whoever wonders later
 * compares it with the end of the partition. It is said again only when the position has moved on.
 */
public final class SourceClock {
  /** Ticks without a record after which a source without lag is idle. */
  static final int IDLE_TICKS = 100;

  /**
   * Between two records of a source that wakes up with the second: less than it takes until another
   * is idle that has heard nothing since the first, as both are measured by different clocks.
   */
  static final Duration REST = Duration.ofSeconds(5);

  /** The same where records are not stamped by arrival. */
  static final int REST_TICKS = IDLE_TICKS / 2;

  private static final Signal NOTHING = new Signal.Nothing();

  private long passed = Watermarks.NONE;
  private long told = Watermarks.NONE;
  private int quietTicks;
  private boolean heard;
  private OptionalLong lastAppended = OptionalLong.empty();
  private boolean idle;
  private long idleAt;
  private boolean held;

  /**
   * An event of unknown time waits: no further time may be told until it is known.
   *
   * @return what to tell: a source that was idle is waited for again
   */
  public Signal hold() {
    held = true;
    return idle ? awake() : NOTHING;
  }

  /** Nothing waits any more. */
  public void release() {
    held = false;
  }

  /**
   * A record came, whatever it holds.
   *
   * @param appended when, as the broker's clock said, milliseconds since the epoch; empty where
   *     records are not stamped by arrival
   * @return what to tell before all else of the record: one that comes after a rest, or after a
   *     start, may have others beside it in partitions whose sources are idle
   */
  public Signal record(OptionalLong appended) {
    boolean rested = !heard || quietTicks >= REST_TICKS || isBehindARest(appended);
    heard = true;
    quietTicks = 0;
    lastAppended = appended;
    return rested && !idle ? awake() : NOTHING;
  }

  /** Another broker's clock, which may have gone back, says nothing of the time between. */
  private boolean isBehindARest(OptionalLong appended) {
    if (appended.isEmpty() || lastAppended.isEmpty()) {
      return false;
    }
    long between = appended.getAsLong() - lastAppended.getAsLong();
    return between < 0 || between >= REST.toMillis();
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
   * @param drainedAt the position in the partition, if there is nothing more to read, for certain
   */
  public Signal tick(OptionalLong drainedAt) {
    if (held) {
      quietTicks = 0;
      return NOTHING;
    }
    quietTicks++;
    if (passed > told) {
      return tell();
    }
    if (drainedAt.isEmpty() || (idle ? drainedAt.getAsLong() == idleAt : quietTicks < IDLE_TICKS)) {
      return NOTHING;
    }
    idle = true;
    idleAt = drainedAt.getAsLong();
    return new Signal.Idle(idleAt);
  }

  /** Tells of no time, only that it is waited for. */
  private Signal awake() {
    idle = false;
    return new Signal.Passed(Watermarks.BEGINNING);
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
