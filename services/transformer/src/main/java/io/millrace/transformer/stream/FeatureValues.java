package io.millrace.transformer.stream;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Longs, doubles and missing values as bytes: a count, then a tag and eight bytes each. */
final class FeatureValues {
  private static final byte MISSING = 0;
  private static final byte LONG = 1;
  private static final byte DOUBLE = 2;

  private FeatureValues() {}

  static int size(@Nullable Object[] values) {
    return 1 + 9 * values.length;
  }

  static void write(ByteBuffer out, @Nullable Object[] values) {
    out.put((byte) values.length);
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
    int count = in.get();
    if (count < 0) {
      throw new BufferUnderflowException();
    }
    @Nullable Object[] values = new @Nullable Object[count];
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
}
