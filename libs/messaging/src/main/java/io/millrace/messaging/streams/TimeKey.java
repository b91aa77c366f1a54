package io.millrace.messaging.streams;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/** Keys of stores that are read in the order of event time. */
public final class TimeKey {
  private TimeKey() {}

  /**
   * @param rest tells keys of the same time apart
   */
  public static Bytes of(long time, String rest) {
    byte[] suffix = rest.getBytes(StandardCharsets.UTF_8);
    return Bytes.wrap(
        ByteBuffer.allocate(Long.BYTES + suffix.length)
            .putLong(time ^ Long.MIN_VALUE) // so that bytes sort as signed numbers do
            .put(suffix)
            .array());
  }

  /** The time that it was made of. */
  public static long time(Bytes key) {
    return ByteBuffer.wrap(key.get()).getLong() ^ Long.MIN_VALUE;
  }

  /** What told it apart from others of its time. */
  public static String rest(Bytes key) {
    byte[] bytes = key.get();
    return new String(bytes, Long.BYTES, bytes.length - Long.BYTES, StandardCharsets.UTF_8);
  }
}
