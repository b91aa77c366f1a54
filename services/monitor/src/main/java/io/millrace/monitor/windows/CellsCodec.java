package io.millrace.monitor.windows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;

/** Cells and their values as bytes. */
public final class CellsCodec {
  /** Squares of the smallest doubles have so many digits; more of them is work without end. */
  private static final int MOST_SCALE = 2_200;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final DataOutputStream out = new DataOutputStream(bytes);

  /** Adds a cell to what is written. */
  public void write(byte[] cell, byte[] value) {
    try {
      out.writeShort(cell.length);
      out.write(cell);
      out.writeShort(value.length);
      out.write(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public byte[] toBytes() {
    return bytes.toByteArray();
  }

  /** Hands out what was written, in its order. */
  public static void read(byte[] written, BiConsumer<Cell, BigDecimal> consumer) {
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(written))) {
      while (in.available() > 0) {
        byte[] cell = in.readNBytes(in.readUnsignedShort());
        byte[] value = in.readNBytes(in.readUnsignedShort());
        consumer.accept(Cell.fromBytes(cell), value(value));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A scale, and the digits without it; small whole numbers take two bytes. */
  public static byte[] value(BigDecimal value) {
    byte[] digits = value.unscaledValue().toByteArray();
    if (value.scale() == 0) {
      return ByteBuffer.allocate(1 + digits.length).put((byte) 0).put(digits).array();
    }
    return ByteBuffer.allocate(5 + digits.length)
        .put((byte) 1)
        .putInt(value.scale())
        .put(digits)
        .array();
  }

  /** The inverse of {@link #value(BigDecimal)}. */
  public static BigDecimal value(byte[] bytes) {
    int start = bytes.length > 0 && bytes[0] == 0 ? 1 : 1 + Integer.BYTES;
    if (bytes.length <= start) {
      throw new IllegalArgumentException("no number");
    }
    int scale = start == 1 ? 0 : ByteBuffer.wrap(bytes).getInt(1);
    if (Math.abs((long) scale) > MOST_SCALE) {
      throw new IllegalArgumentException("no sum of doubles");
    }
    return new BigDecimal(new BigInteger(bytes, start, bytes.length - start), scale);
  }
}
