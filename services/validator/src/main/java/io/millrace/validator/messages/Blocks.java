package io.millrace.validator.messages;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Byte blocks with their length before them; the length −1 stands for null. */
final class Blocks {
  private static final int NULL = -1;

  private Blocks() {}

  static int size(byte @Nullable [] block) {
    return Integer.BYTES + (block == null ? 0 : block.length);
  }

  static void put(ByteBuffer out, byte @Nullable [] block) {
    if (block == null) {
      out.putInt(NULL);
    } else {
      out.putInt(block.length).put(block);
    }
  }

  @SuppressWarnings("ReturnsNullCollection") // a Kafka key or value may be null, and stays so
  static byte @Nullable [] getNullable(ByteBuffer in) {
    int length = in.getInt();
    return length == NULL ? null : get(in, length);
  }

  static byte[] get(ByteBuffer in) {
    return get(in, in.getInt());
  }

  /** A length is believed once it is there. */
  private static byte[] get(ByteBuffer in, int length) {
    if (length < 0 || length > in.remaining()) {
      throw new BufferUnderflowException();
    }
    byte[] block = new byte[length];
    in.get(block);
    return block;
  }

  static String getText(ByteBuffer in) {
    return new String(get(in), StandardCharsets.UTF_8);
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
