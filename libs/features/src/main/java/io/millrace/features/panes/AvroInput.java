package io.millrace.features.panes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.BufferUnderflowException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Avro 1.12's binary encoding, as far as panes need it. */
final class AvroInput {
  private static final VarHandle DOUBLE =
      MethodHandles.byteArrayViewVarHandle(double[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] bytes;
  private final int end;
  private int position;

  AvroInput(byte[] bytes, int offset, int length) {
    this.bytes = bytes;
    this.end = offset + length;
    this.position = offset;
  }

  long readLong() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      long next = bytes[take(1)];
      value |= (next & 0x7F) << shift;
      if (next >= 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new IllegalArgumentException("a number of more than 64 bits");
  }

  void skipLong() {
    long unused = readLong();
  }

  void skipDoubles(int count) {
    int unused = take(count * Double.BYTES);
  }

  boolean isAtEnd() {
    return position == end;
  }

  double readDouble() {
    return (double) DOUBLE.get(bytes, take(Double.BYTES));
  }

  String readString() {
    int length = length();
    return new String(bytes, take(length), length, StandardCharsets.UTF_8);
  }

  void skipString() {
    int unused = take(length());
  }

  /** The items of the next block of an array; 0 behind the last. */
  long readBlock() {
    long items = readLong();
    if (items < 0) {
      long unused = readLong(); // its size in bytes, for who skips it
      return -items;
    }
    return items;
  }

  private int length() {
    long length = readLong();
    if (length < 0 || length > end - position) {
      throw new BufferUnderflowException();
    }
    return (int) length;
  }

  /** Moves behind the next bytes and tells where they are. */
  private int take(int length) {
    int at = position;
    if (length > end - at) {
      throw new BufferUnderflowException();
    }
    position = at + length;
    return at;
  }
}
