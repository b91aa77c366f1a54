package io.millrace.messaging.watermarks;

import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * Tells event times that carry a clock on from those so far ahead of all that has come that they
 * may be mistakes: believed at once, one of them would make all that follows late.
 *
 * <p>A time is far ahead when more event time lies between it and the clock than {@code maxAhead},
 * than three times what lies between neighbours as a rule, and than {@code maxAhead} beyond the
 * time in which nothing came. So neither a stream with few events nor one that was away for long is
 * taken for a mistake. It is believed as soon as {@value #IDS} ids lie at least as far ahead.
 *
 * <p>Not safe for several threads.
 */
public final class FarAhead {
  /** So many ids don't have the same mistake. */
  public static final int IDS = 3;

  private static final int GAPS = 3;

  /** Of the largest gap so much is forgotten with each event. */
  private static final int FORGOTTEN = 64;

  private final long maxAheadMicros;
  private long time = Watermarks.NONE;
  private long appendedMillis;
  private long gap;

  public FarAhead(long maxAheadMicros) {
    this.maxAheadMicros = maxAheadMicros;
  }

  /**
   * Whether an event may be a mistake. The first one of all is none.
   *
   * @param micros event time
   * @param appended when it came, by the wall clock
   */
  public boolean isFar(long micros, long appended) {
    if (time == Watermarks.NONE || micros <= time) {
      return false;
    }
    long quiet = TimeUnit.MILLISECONDS.toMicros(Math.max(0, appended - appendedMillis));
    return micros - time > Math.max(maxAheadMicros, GAPS * gap) + quiet;
  }

  /** An event that is believed. */
  public void event(long micros, long appended) {
    if (time != Watermarks.NONE && micros > time) {
      gap = Math.max(gap - gap / FORGOTTEN, micros - time);
    }
    passed(micros, appended);
  }

  /** Whoever knows better has said that a time is passed. */
  public void passed(long micros, long appended) {
    if (micros > time && micros > Watermarks.BEGINNING) {
      time = micros;
      appendedMillis = appended;
    }
  }

  /** How far the clock has come; {@link Watermarks#NONE} before the first event. */
  public long time() {
    return time;
  }

  /** The time as far as which {@value #IDS} of some ids lie; empty when there are not so many. */
  public static OptionalLong believed(Iterable<Map.Entry<String, Long>> times) {
    Map<String, Long> farthest = new HashMap<>();
    times.forEach(entry -> farthest.merge(entry.getKey(), entry.getValue(), Math::max));
    return farthest.values().stream()
        .sorted(Comparator.reverseOrder())
        .skip(IDS - 1)
        .mapToLong(Long::longValue)
        .findFirst();
  }

  /** For a state store. */
  public byte[] toBytes() {
    return ByteBuffer.allocate(3 * Long.BYTES)
        .putLong(time)
        .putLong(appendedMillis)
        .putLong(gap)
        .array();
  }

  /** Goes on where it stood when {@link #toBytes} was called. */
  public void restore(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    time = in.getLong();
    appendedMillis = in.getLong();
    gap = in.getLong();
  }
}
