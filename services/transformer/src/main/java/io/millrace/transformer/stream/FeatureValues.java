package io.millrace.transformer.stream;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Longs, doubles and missing values as bytes: a count, then a tag and eight bytes each. The count
 * is one byte, or two of which the first is negative from 128 on.
 */
final class FeatureValues {
  private static final byte MISSING = 0;
  private static final byte LONG = 1;
  private static final byte DOUBLE = 2;

  /** The bit that makes the first byte of a longer count negative. */
  private static final int LONG_COUNT = 0x8000;

  private FeatureValues() {}

  static int size(@Nullable Object[] values) {
    return (values.length <= Byte.MAX_VALUE ? 1 : 2) + 9 * values.length;
  }

  static void write(ByteBuffer out, @Nullable Object[] values) {
    if (values.length <= Byte.MAX_VALUE) {
      out.put((byte) values.length);
    } else {
      out.putShort((short) (values.length | LONG_COUNT));
    }
    for (Object value : values) {
      switch (value) {
        case null -> out.put(MISSING).putLong(0);
        case Long number -> out.put(LONG).putLong(number);
        case Double number -> out.put(DOUBLE).putDouble(number);
        default -> throw new IllegalArgumentException("not a feature's value: " + value);
      }
    }
  }

  static @Nullable Object[] read(ByteBuffer in) {
    @Nullable Object[] values = new @Nullable Object[count(in)];
    for (int i = 0; i < values.length; i++) {
      byte tag = in.get();
      long bits = in.getLong();
      if (tag == LONG) {
        values[i] = bits;
      } else if (tag == DOUBLE) {
        values[i] = Double.longBitsToDouble(bits);
      }
    }
    return values;
  }

  private static int count(ByteBuffer in) {
    byte first = in.get();
    return first >= 0 ? first : (first & 0x7F) << 8 | Byte.toUnsignedInt(in.get());
  }
}
