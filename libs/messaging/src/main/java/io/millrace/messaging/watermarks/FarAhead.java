package io.millrace.messaging.watermarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
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
 * taken for a mistake. It is believed as soon as {@value #IDS} ids, each an event, lie at least as
 * far ahead.
 *
 * <p>Not safe for several threads.
 */
public final class FarAhead {
  /** So many events don't have the same mistake. */
  public static final int IDS = 3;

  private static final int GAPS = 3;

  /** Of the largest gap so much is forgotten with each event. */
  private static final int FORGOTTEN = 64;

  private final long maxAheadMicros;
  private long time = Watermarks.NONE;
  private long appendedMillis;
  private long gap;

  /** The last that were refused since one was believed, the older first. */
  private final LinkedHashMap<String, Long> refused = new LinkedHashMap<>();

  /** An event that may be a mistake. */
  public interface Candidate {
    String id();

    /** Event time, microseconds since the epoch. */
    long time();

    /** When it came, by the wall clock, milliseconds since the epoch. */
    long appended();
  }

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
    if (!refused.isEmpty()) {
      refused.clear();
    }
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

  /** How many were refused since one was believed, of those that count. */
  public int refused() {
    return refused.size();
  }

  /** How far the clock has come; {@link Watermarks#NONE} before the first event. */
  public long time() {
    return time;
  }

  /**
   * Nobody has come as far as an event in time: it is refused, but counts for those to come, as
   * long as all are as far. So a clock that was left behind finds out.
   */
  public void refused(String id, long micros) {
    refused.remove(id);
    refused.put(id, micros);
    if (refused.size() >= IDS) {
      refused.pollFirstEntry();
    }
  }

  /**
   * Those that are believed by now; the clock has passed them then.
   *
   * @param candidates in the order of their time
   */
  public <T extends Candidate> List<T> believed(List<T> candidates) {
    bound(candidates.stream().map(one -> Map.entry(one.id(), one.time())).toList())
        .ifPresent(
            micros ->
                event(micros, candidates.stream().mapToLong(Candidate::appended).max().orElse(0)));
    List<T> believed = new ArrayList<>();
    for (T one : candidates) {
      if (!isFar(one.time(), one.appended())) {
        event(one.time(), one.appended());
        believed.add(one);
      }
    }
    return believed;
  }

  /**
   * The time that is believed of events far ahead: {@value #IDS} ids lie at least as far, those
   * that were refused among them. Empty when there are not so many.
   */
  OptionalLong bound(Iterable<Map.Entry<String, Long>> times) {
    Map<String, Long> farthest = new HashMap<>();
    refused.forEach(
        (id, micros) -> {
          if (micros > time) {
            farthest.put(id, micros);
          }
        });
    times.forEach(entry -> farthest.merge(entry.getKey(), entry.getValue(), Math::max));
    return farthest.values().stream()
        .sorted(Comparator.reverseOrder())
        .skip(IDS - 1)
        .mapToLong(Long::longValue)
        .findFirst();
  }

  /** For a state store. */
  public byte[] toBytes() {
    Map<byte[], Long> ids = new LinkedHashMap<>();
    refused.forEach((id, micros) -> ids.put(id.getBytes(UTF_8), micros));
    int size = ids.keySet().stream().mapToInt(id -> Integer.BYTES + id.length + Long.BYTES).sum();
    ByteBuffer out =
        ByteBuffer.allocate(3 * Long.BYTES + size)
            .putLong(time)
            .putLong(appendedMillis)
            .putLong(gap);
    ids.forEach((id, micros) -> out.putInt(id.length).put(id).putLong(micros));
    return out.array();
  }

  /** Goes on where it stood when {@link #toBytes} was called. */
  public void restore(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    time = in.getLong();
    appendedMillis = in.getLong();
    gap = in.getLong();
    while (in.hasRemaining()) {
      int length = in.getInt();
      if (length < 0 || length > in.remaining()) {
        throw new BufferUnderflowException();
      }
      byte[] id = new byte[length];
      in.get(id);
      refused(new String(id, UTF_8), in.getLong());
    }
  }
}
