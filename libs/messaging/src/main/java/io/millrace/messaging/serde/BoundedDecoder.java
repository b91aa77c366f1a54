package io.millrace.messaging.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Avro's binary encoding from an array. Believes no length: a string, byte block or fixed must lie
 * within the bytes that are left, and all arrays and maps of a record together have at most as many
 * items as the record has bytes. So what is allocated grows with what is there, not with what is
 * said. Avro's own decoder believes what fits its limits, which are read from system properties
 * once, by whoever loads it first.
 */
final class BoundedDecoder extends Decoder {
  private static final int MOST_INT_BYTES = 5;
  private static final int MOST_LONG_BYTES = 10;
  private static final byte[] NOTHING = new byte[0];

  private byte[] in = NOTHING;
  private int position;
  private int itemsLeft;

  /** Begins with another value. */
  void begin(byte[] value, int from) {
    in = value;
    position = from;
    itemsLeft = value.length - from;
  }

  boolean isAtEnd() {
    return position == in.length;
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() throws IOException {
    return in[skip(1)] == 1;
  }

  @Override
  public int readInt() throws IOException {
    long value = readVariable(MOST_INT_BYTES);
    return (int) (value >>> 1) ^ -((int) value & 1);
  }

  @Override
  public long readLong() throws IOException {
    long value = readVariable(MOST_LONG_BYTES);
    return (value >>> 1) ^ -(value & 1);
  }

  private long readVariable(int mostBytes) throws IOException {
    long value = 0;
    for (int i = 0; i < mostBytes; i++) {
      byte next = in[skip(1)];
      value |= (next & 0x7fL) << (7 * i);
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("a number of more than " + mostBytes + " bytes");
  }

  @Override
  public float readFloat() throws IOException {
    return Float.intBitsToFloat((int) readLittleEndian(Float.BYTES));
  }

  @Override
  public double readDouble() throws IOException {
    return Double.longBitsToDouble(readLittleEndian(Double.BYTES));
  }

  private long readLittleEndian(int bytes) throws IOException {
    int start = skip(bytes);
    long value = 0;
    for (int i = 0; i < bytes; i++) {
      value |= (in[start + i] & 0xffL) << (8 * i);
    }
    return value;
  }

  @Override
  public String readString() throws IOException {
    int length = readLength();
    return new String(in, skip(length), length, UTF_8);
  }

  @Override
  public Utf8 readString(@Nullable Utf8 old) throws IOException {
    return new Utf8(readString());
  }

  @Override
  public void skipString() throws IOException {
    skipBytes();
  }

  @Override
  public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
    byte[] bytes = new byte[readLength()];
    System.arraycopy(in, skip(bytes.length), bytes, 0, bytes.length);
    return ByteBuffer.wrap(bytes);
  }

  @Override
  public void skipBytes() throws IOException {
    int unused = skip(readLength());
  }

  @Override
  public void readFixed(byte[] bytes, int start, int length) throws IOException {
    System.arraycopy(in, skip(length), bytes, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    int unused = skip(length);
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  @Override
  public long readArrayStart() throws IOException {
    return readItems();
  }

  @Override
  public long arrayNext() throws IOException {
    return readItems();
  }

  @Override
  public long skipArray() throws IOException {
    return skipItems();
  }

  @Override
  public long readMapStart() throws IOException {
    return readItems();
  }

  @Override
  public long mapNext() throws IOException {
    return readItems();
  }

  @Override
  public long skipMap() throws IOException {
    return skipItems();
  }

  /** How many items the next block has; a negative count has the block's bytes behind it. */
  private long readItems() throws IOException {
    long count = readLong();
    if (count < 0) {
      count = -count;
      int unused = readLength();
    }
    return checked(count);
  }

  /** Skips blocks that say their bytes; returns how many items of the next one are to be read. */
  private long skipItems() throws IOException {
    long count = readLong();
    while (count < 0) {
      skipBytes();
      count = readLong();
    }
    return checked(count);
  }

  private long checked(long items) throws IOException {
    if (items < 0 || items > itemsLeft) { // the smallest long has no positive counterpart
      throw new IOException("more items than bytes");
    }
    itemsLeft -= (int) items;
    return items;
  }

  private int readLength() throws IOException {
    long length = readLong();
    if (length < 0 || length > in.length - position) {
      throw new EOFException("a length of " + length + " where less is left");
    }
    return (int) length;
  }

  /** Where the bytes begin that are skipped. */
  private int skip(int bytes) throws IOException {
    if (bytes < 0 || bytes > in.length - position) {
      throw new EOFException("the value ends too early");
    }
    int start = position;
    position += bytes;
    return start;
  }
}
