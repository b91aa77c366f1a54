package io.millrace.messaging.watermarks;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * The event time that all of a task's sources have passed, where one may sleep while others don't.
 *
 * <p>A source at time t promises that every event of its with a time up to t (inclusive) has come
 * before. The combined watermark is the minimum over the sources that are not idle; it is known
 * only once every source has spoken, and it never goes back. A source is idle only by its own word:
 * a dead or slow one is waited for.
 *
 * <p>That word is of the moment when it was said. It is doubted, and the source waited for until it
 * speaks again, once another source speaks of a later round: who begins a round, because one wakes
 * up, lets all sources speak in it. Where sources have no common rounds, the caller doubts.
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
  private static final byte DOUBTED = 3;
  private static final int SOURCE_BYTES = 3 * Long.BYTES + 1;

  private long combined = NONE;
  private long[] times = new long[0];
  private long[] rounds = new long[0];
  private long[] idleAt = new long[0];
  private byte[] states = new byte[0];

  /**
   * A source has passed a time, and is active from now on.
   *
   * @param source 0 to {@code sources} − 1
   * @param sources how many sources there are in all
   */
  public void passed(int source, int sources, long time, long round) {
    resize(sources);
    times[source] = Math.max(times[source], time);
    rounds[source] = round;
    states[source] = ACTIVE;
    combine();
  }

  /**
   * A source has neither input nor lag, and is not waited for until it speaks again.
   *
   * @param at how far it had read then, in numbers of its own
   */
  public void idle(int source, int sources, long at, long round) {
    resize(sources);
    idleAt[source] = at;
    rounds[source] = round;
    states[source] = IDLE;
    combine();
  }

  /** A source that is idle is waited for until it speaks again. */
  public void doubt(int source) {
    if (source < states.length && states[source] == IDLE) {
      states[source] = DOUBTED;
    }
  }

  /**
   * A source says that it is idle, which is in doubt: it is waited for, where it stands, until it
   * is known.
   *
   * @param at how far it had read then, in numbers of its own
   */
  public void claimIdle(int source, int sources, long at) {
    resize(sources);
    idleAt[source] = at;
    states[source] = DOUBTED;
  }

  /** Whether a source is not waited for, as it is idle. */
  public boolean isIdle(int source) {
    return source < states.length && states[source] == IDLE;
  }

  /** Whether a source is waited for that has said it is idle. */
  public boolean isDoubted(int source) {
    return source < states.length && states[source] == DOUBTED;
  }

  /** Whether a source has passed a time since it has spoken of idleness, if it ever has. */
  public boolean isActive(int source) {
    return source < states.length && states[source] == ACTIVE;
  }

  /** The time that a source has passed; {@link #NONE} while it has passed none. */
  public long passed(int source) {
    return source < times.length ? times[source] : NONE;
  }

  /** The time that all have passed; {@link #NONE} while one has not spoken yet. */
  public long combined() {
    return combined;
  }

  /** Whether every source is idle, so that there is nothing to wait for. */
  public boolean allIdle() {
    long round = round();
    for (int i = 0; i < states.length; i++) {
      if (states[i] != IDLE || rounds[i] < round) {
        return false;
      }
    }
    return states.length > 0;
  }

  /** The latest round that a source has spoken of. */
  public long round() {
    return Arrays.stream(rounds).max().orElse(0);
  }

  /** What a source said last; empty while it has not spoken yet. */
  public Optional<Mark> last(int source) {
    if (source >= states.length || states[source] == UNKNOWN) {
      return Optional.empty();
    }
    return Optional.of(
        states[source] == ACTIVE
            ? new Mark.Passed(times[source], rounds[source])
            : new Mark.Idle(idleAt[source], rounds[source]));
  }

  /** How far an idle source had read. */
  public long idleAt(int source) {
    return idleAt[source];
  }

  /** How far all sources had read when they became idle, as one number. */
  public long cut() {
    long cut = 0;
    for (long at : idleAt) {
      cut = (cut ^ at) * 0x9E3779B97F4A7C15L; // Knuth's multiplicative hash, by 2^64 / phi
      cut ^= cut >>> 32;
    }
    return cut;
  }

  /** What a task tells when it wakes up: {@link #combined}, or that it is at the beginning. */
  public long awake() {
    return combined == NONE ? BEGINNING : combined;
  }

  private void combine() {
    long round = round();
    long min = Long.MAX_VALUE;
    for (int i = 0; i < states.length; i++) {
      if (states[i] == ACTIVE || states[i] == DOUBTED) {
        min = Math.min(min, times[i]);
      } else if (states[i] != IDLE || rounds[i] < round) {
        return;
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
      rounds = Arrays.copyOf(rounds, sources);
      idleAt = Arrays.copyOf(idleAt, sources);
      states = Arrays.copyOf(states, sources);
      for (int i = before; i < sources; i++) {
        times[i] = NONE;
      }
    }
  }

  /** For a state store. */
  public byte[] toBytes() {
    ByteBuffer buffer =
        ByteBuffer.allocate(Long.BYTES + SOURCE_BYTES * states.length).putLong(combined);
    for (int i = 0; i < states.length; i++) {
      buffer.putLong(times[i]).putLong(rounds[i]).putLong(idleAt[i]).put(states[i]);
    }
    return buffer.array();
  }

  /** The inverse of {@link #toBytes}. */
  public static Watermarks fromBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    Watermarks watermarks = new Watermarks();
    watermarks.combined = buffer.getLong();
    watermarks.resize(buffer.remaining() / SOURCE_BYTES);
    for (int i = 0; i < watermarks.states.length; i++) {
      watermarks.times[i] = buffer.getLong();
      watermarks.rounds[i] = buffer.getLong();
      watermarks.idleAt[i] = buffer.getLong();
      watermarks.states[i] = buffer.get();
    }
    return watermarks;
  }
}
