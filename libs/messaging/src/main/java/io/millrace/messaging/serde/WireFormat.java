package io.millrace.messaging.serde;

import org.jspecify.annotations.Nullable;

/** A zero byte, a 4-byte big-endian schema id, then Avro binary. */
public final class WireFormat {
  public static final int HEADER_BYTES = 5;

  private WireFormat() {}

  /** Whether a value may be read further: a tombstone has none. */
  public static boolean hasHeader(byte @Nullable [] value) {
    return value != null && value.length >= HEADER_BYTES && value[0] == 0;
  }

  public static int schemaId(byte[] value) {
    return (value[1] & 0xff) << 24
        | (value[2] & 0xff) << 16
        | (value[3] & 0xff) << 8
        | (value[4] & 0xff);
  }

  static void writeHeader(ReusableOutput out, int schemaId) {
    out.write(0);
    out.write(schemaId >>> 24);
    out.write(schemaId >>> 16);
    out.write(schemaId >>> 8);
    out.write(schemaId);
  }
}
