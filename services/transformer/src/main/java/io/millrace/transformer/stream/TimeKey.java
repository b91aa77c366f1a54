package io.millrace.transformer.stream;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Bytes;

/** Keys of stores that are read in the order of event time. */
final class TimeKey {
  private TimeKey() {}

  /**
   * @param rest tells keys of the same time apart
   */
  static Bytes of(long time, String rest) {
    byte[] suffix = rest.getBytes(StandardCharsets.UTF_8);
    return Bytes.wrap(
        ByteBuffer.allocate(8 + suffix.length)
            .putLong(time ^ Long.MIN_VALUE) // so that bytes sort as signed numbers do
            .put(suffix)
            .array());
  }

  static long time(Bytes key) {
    return ByteBuffer.wrap(key.get()).getLong() ^ Long.MIN_VALUE;
  }
}
