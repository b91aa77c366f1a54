package io.millrace.messaging.watermarks;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The event time that all of a task's upstream tasks have passed. These are peers: they hear the
 * same sources, and so wake up and fall asleep together, only not at one instant.
 *
 * <p>One that is idle while another is awake is about to wake up, or to say that it has slept in
 * again: it is waited for at the time where it stands. Nothing is waited for once all are idle with
 * the same cut: then each of them has worked off all that any of them has heard.
 */
public final class PeerWatermarks {
  private static final int PEER_BYTES = 2 * Long.BYTES + 1;

  private long combined = Watermarks.NONE;
  private long[] times = new long[0];
  private long[] cuts = new long[0];
  private boolean[] idle = new boolean[0];

  /**
   * A peer has passed a time, inclusive.
   *
   * @param peer 0 to {@code peers} − 1
   * @param peers how many there are in all
   */
  public void passed(int peer, int peers, long time) {
    resize(peers);
    times[peer] = Math.max(times[peer], time);
    idle[peer] = false;
    combine();
  }

  /**
   * A peer has nothing to wait for.
   *
   * @param cut how far all sources had been read, the same number for the same state of all
   */
  public void idle(int peer, int peers, long cut) {
    resize(peers);
    cuts[peer] = cut;
    idle[peer] = true;
  }

  /** The time that all have passed; {@link Watermarks#NONE} while one has passed none. */
  public long combined() {
    return combined;
  }

  /** Whether every peer is idle, having heard the same. */
  public boolean allIdle() {
    for (int i = 0; i < idle.length; i++) {
      if (!idle[i] || cuts[i] != cuts[0]) {
        return false;
      }
    }
    return idle.length > 0;
  }

  private void combine() {
    long min = Arrays.stream(times).min().orElse(Watermarks.NONE);
    if (min > Watermarks.BEGINNING) {
      combined = Math.max(combined, min);
    }
  }

  private void resize(int peers) {
    if (peers != times.length) {
      int before = times.length;
      times = Arrays.copyOf(times, peers);
      cuts = Arrays.copyOf(cuts, peers);
      idle = Arrays.copyOf(idle, peers);
      for (int i = before; i < peers; i++) {
        times[i] = Watermarks.NONE;
      }
    }
  }

  /** For a state store. */
  public byte[] toBytes() {
    ByteBuffer buffer =
        ByteBuffer.allocate(Long.BYTES + PEER_BYTES * times.length).putLong(combined);
    for (int i = 0; i < times.length; i++) {
      buffer.putLong(times[i]).putLong(cuts[i]).put((byte) (idle[i] ? 1 : 0));
    }
    return buffer.array();
  }

  /** The inverse of {@link #toBytes}. */
  public static PeerWatermarks fromBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    PeerWatermarks watermarks = new PeerWatermarks();
    watermarks.combined = buffer.getLong();
    watermarks.resize(buffer.remaining() / PEER_BYTES);
    for (int i = 0; i < watermarks.times.length; i++) {
      watermarks.times[i] = buffer.getLong();
      watermarks.cuts[i] = buffer.getLong();
      watermarks.idle[i] = buffer.get() == 1;
    }
    return watermarks;
  }
}
