package io.millrace.messaging.watermarks;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The event time that all of a task's sources have passed.
 *
 * <p>A source at time t promises that every event of its with a time up to t (inclusive) has come
 * before. The combined watermark is the minimum over the sources that are not idle; it is known
 * only once every source has spoken, and it never goes back. A source is idle only by its own word:
 * a dead or slow one is waited for.
 *
 * <p>When all were idle and one wakes up, what the others said is out of date: whatever woke the
 * one may be on its way to them too. They are waited for until they speak again, be it to say that
 * they are idle still.
 */
public final class Watermarks {
  /** Before any event: nothing has been passed. */
  public static final long NONE = Long.MIN_VALUE;

  /**
   * A time before any event, which a source that was idle and has passed nothing yet is at when it
   * wakes up; far enough from the limits of a long for durations to be taken off it.
   */
  public static final long BEGINNING = Long.MIN_VALUE / 2;

  private static final byte UNKNOWN = 0;
  private static final byte ACTIVE = 1;
  private static final byte IDLE = 2;

  private long combined = NONE;
  private long[] times = new long[0];
  private byte[] states = new byte[0];

  /**
   * A source has passed a time, and is active from now on.
   *
   * @param source 0 to {@code sources} − 1
   * @param sources how many sources there are in all
   */
  public void passed(int source, int sources, long time) {
    resize(sources);
    doubt();
    times[source] = Math.max(times[source], time);
    states[source] = ACTIVE;
    combine();
  }

  /** A source has neither input nor lag, and is not waited for until it speaks again. */
  public void idle(int source, int sources) {
    resize(sources);
    states[source] = IDLE;
    combine();
  }

  /** The time that all have passed; {@link #NONE} while one has not spoken yet. */
  public long combined() {
    return combined;
  }

  /** Whether every source is idle, so that there is nothing to wait for. */
  public boolean allIdle() {
    for (byte state : states) {
      if (state != IDLE) {
        return false;
      }
    }
    return states.length > 0;
  }

  /** If all are idle, waits for all to say so again. */
  public void doubt() {
    if (allIdle()) {
      Arrays.fill(states, UNKNOWN);
    }
  }

  /** What a task tells when it wakes up: {@link #combined}, or that it is at the beginning. */
  public long awake() {
    return combined == NONE ? BEGINNING : combined;
  }

  private void combine() {
    long min = Long.MAX_VALUE;
    for (int i = 0; i < states.length; i++) {
      if (states[i] == UNKNOWN) {
        return;
      }
      if (states[i] == ACTIVE) {
        min = Math.min(min, times[i]);
      }
    }
    if (min != Long.MAX_VALUE && min > BEGINNING) {
      combined = Math.max(combined, min);
    }
  }

  private void resize(int sources) {
    if (sources != states.length) {
      int before = times.length;
      times = Arrays.copyOf(times, sources);
      states = Arrays.copyOf(states, sources);
      for (int i = before; i < sources; i++) {
        times[i] = NONE;
      }
    }
  }

  /** For a state store. */
  public byte[] toBytes() {
    ByteBuffer buffer = ByteBuffer.allocate(8 + 9 * states.length).putLong(combined);
    for (int i = 0; i < states.length; i++) {
      buffer.putLong(times[i]).put(states[i]);
    }
    return buffer.array();
  }

  /** The inverse of {@link #toBytes}. */
  public static Watermarks fromBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Watermarks watermarks = new Watermarks();
    watermarks.combined = buffer.getLong();
    watermarks.resize(buffer.remaining() / 9);
    for (int i = 0; i < watermarks.states.length; i++) {
      watermarks.times[i] = buffer.getLong();
      watermarks.states[i] = buffer.get();
    }
    return watermarks;
  }
}
