package io.millrace.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Inputs that are nearly right: real ones with a few faults. */
public final class Mutation {
  private static final int MOST_FAULTS = 4;
  private static final int MOST_RANDOM_BYTES = 300;

  /** Lengths, counts and indexes at which something overflows. */
  private static final long[] LIMITS = {
    -1,
    0,
    1,
    127,
    128,
    255,
    65_535,
    2_147_483_639L,
    2_147_483_640L,
    2_147_483_647L,
    2_147_483_648L,
    4_294_967_296L,
    Long.MAX_VALUE,
    Long.MIN_VALUE,
    -2_147_483_648L
  };

  /** What parsers of JSON, YAML and expressions stumble over. */
  private static final List<String> TOKENS =
      List.of(
          "[",
          "]",
          "{",
          "}",
          "\"",
          ":",
          ",",
          "null",
          "true",
          "NaN",
          "Infinity",
          "-Infinity",
          "1e999999999",
          "1e-999999999",
          "-0",
          "9223372036854775808",
          "99999999999999999999999999",
          "0x1F",
          "1_000",
          "\\u0000",
          "\\ud800",
          "\u0000",
          "\uFEFF",
          "é",
          "\uD83D\uDE00",
          "\n",
          "\r\n",
          "\t",
          "#",
          "&a",
          "*a",
          "<<",
          "!!java.lang.Runtime []",
          "!!binary",
          "---",
          "? ",
          "- ",
          "|",
          ">",
          "%",
          "@",
          "`",
          "2025-01-01T00:00:00Z",
          "+999999999-12-31T23:59:59Z",
          "-1s",
          "99999999999999d",
          "1ms",
          "((((((((",
          "))))))))",
          "a.b.c",
          "a[0]",
          "'",
          "\\",
          "${x}",
          "/",
          "//",
          "..",
          ";",
          "=",
          "?:",
          "1/0",
          "size(",
          "timestamp(\"\")");

  private Mutation() {}

  /** Bytes without any sense. */
  public static byte[] noise(Random random) {
    byte[] bytes = new byte[random.nextInt(MOST_RANDOM_BYTES)];
    random.nextBytes(bytes);
    return bytes;
  }

  /** One of the real ones with faults in its bytes; now and then it is whole. */
  public static byte[] of(Random random, List<byte[]> real) {
    byte[] bytes = real.get(random.nextInt(real.size())).clone();
    for (int faults = random.nextInt(MOST_FAULTS + 1); faults > 0; faults--) {
      bytes = fault(random, bytes, real);
    }
    return bytes;
  }

  /** One of the real ones with faults in its text; now and then it is whole. */
  public static String ofText(Random random, List<String> real) {
    String text = real.get(random.nextInt(real.size()));
    for (int faults = random.nextInt(MOST_FAULTS + 1); faults > 0; faults--) {
      text = fault(random, text, real);
    }
    return text;
  }

  private static byte[] fault(Random random, byte[] bytes, List<byte[]> real) {
    int at = random.nextInt(bytes.length + 1);
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> replaced(bytes, at, Math.min(bytes.length, at + 1), noise(random));
      case 2 -> { // one bit
        byte[] flipped = bytes.clone();
        if (at < flipped.length) {
          flipped[at] ^= (byte) (1 << random.nextInt(8));
        }
        yield flipped;
      }
      case 3 -> replaced(bytes, at, Math.min(bytes.length, at + 1), variable(limit(random)));
      case 4 ->
          replaced(
              bytes,
              at,
              Math.min(bytes.length, at + Integer.BYTES),
              ByteBuffer.allocate(Integer.BYTES).putInt((int) limit(random)).array());
      case 5 ->
          replaced(
              bytes,
              at,
              Math.min(bytes.length, at + Long.BYTES),
              ByteBuffer.allocate(Long.BYTES).putLong(limit(random)).array());
      case 6 -> { // a piece is missing, or is there twice
        int other = random.nextInt(bytes.length + 1);
        yield replaced(bytes, at, other < at ? at : other, Arrays.copyOf(bytes, 0));
      }
      default -> { // the end of another one
        byte[] other = real.get(random.nextInt(real.size()));
        int from = random.nextInt(other.length + 1);
        yield replaced(bytes, at, bytes.length, Arrays.copyOfRange(other, from, other.length));
      }
    };
  }

  private static String fault(Random random, String text, List<String> real) {
    int at = random.nextInt(text.length() + 1);
    int to = Math.min(text.length(), at + random.nextInt(8));
    String token = TOKENS.get(random.nextInt(TOKENS.size()));
    return switch (random.nextInt(8)) {
      case 0 -> text.substring(0, at);
      case 1 -> text.substring(0, at) + token + text.substring(at);
      case 2 -> text.substring(0, at) + token + text.substring(to);
      case 3 -> text.substring(0, at) + text.substring(to);
      case 4 ->
          text.substring(0, at) + token.repeat(1 + random.nextInt(2_000)) + text.substring(to);
      case 5 -> text.substring(0, to) + text.substring(at);
      case 6 -> {
        String other = real.get(random.nextInt(real.size()));
        yield text.substring(0, at) + other.substring(random.nextInt(other.length() + 1));
      }
      default -> text.substring(0, at) + new String(noise(random), UTF_8) + text.substring(to);
    };
  }

  private static byte[] replaced(byte[] bytes, int from, int to, byte[] by) {
    return ByteBuffer.allocate(from + by.length + bytes.length - to)
        .put(bytes, 0, from)
        .put(by)
        .put(bytes, to, bytes.length - to)
        .array();
  }

  private static long limit(Random random) {
    return LIMITS[random.nextInt(LIMITS.length)];
  }

  /** As Avro writes a number. */
  private static byte[] variable(long number) {
    ByteBuffer out = ByteBuffer.allocate(10);
    long left = (number << 1) ^ (number >> 63);
    while ((left & ~0x7FL) != 0) {
      out.put((byte) (left & 0x7F | 0x80));
      left >>>= 7;
    }
    out.put((byte) left);
    return Arrays.copyOf(out.array(), out.position());
  }
}
