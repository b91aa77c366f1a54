package io.millrace.validator.duplicates;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What is remembered of one id of one stream.
 *
 * @param accepted whether one of the contents was accepted
 * @param arrivalMillis when the id was first seen, by wall clock
 * @param hashes the contents that came, the accepted one first; at most {@value #MOST}
 */
public record Seen(boolean accepted, long arrivalMillis, List<ContentHash> hashes) {
  /** An id with more contents than these is garbage, and the oldest of them is forgotten. */
  static final int MOST = 16;

  private static final int HEADER_BYTES = 9;

  public Seen {
    hashes = List.copyOf(hashes);
  }

  Seen withAccepted(ContentHash hash) {
    List<ContentHash> all = new ArrayList<>(hashes);
    all.add(0, hash);
    return new Seen(true, arrivalMillis, bounded(all));
  }

  Seen withRefused(ContentHash hash) {
    List<ContentHash> all = new ArrayList<>(hashes);
    all.add(hash);
    return new Seen(accepted, arrivalMillis, bounded(all));
  }

  private static List<ContentHash> bounded(List<ContentHash> all) {
    if (all.size() > MOST) {
      all.remove(1);
    }
    return all;
  }

  /** For the state store. */
  public byte[] toBytes() {
    ByteBuffer buffer =
        ByteBuffer.allocate(HEADER_BYTES + ContentHash.BYTES * hashes.size())
            .put((byte) (accepted ? 1 : 0))
            .putLong(arrivalMillis);
    for (ContentHash hash : hashes) {
      buffer.putLong(hash.high()).putLong(hash.low());
    }
    return buffer.array();
  }

  /** The inverse of {@link #toBytes}. */
  public static Seen fromBytes(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    boolean accepted = buffer.get() == 1;
    long arrival = buffer.getLong();
    List<ContentHash> hashes = new ArrayList<>(buffer.remaining() / ContentHash.BYTES);
    while (buffer.hasRemaining()) {
      hashes.add(new ContentHash(buffer.getLong(), buffer.getLong()));
    }
    return new Seen(accepted, arrival, hashes);
  }

  /** The arrival alone, for the scan that forgets. */
  public static long arrivalMillis(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong(1);
  }
}
