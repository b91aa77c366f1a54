package io.millrace.monitor.windows;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.statistics.histograms.Bfloat16;
import io.millrace.statistics.histograms.NumberHistogram;
import io.millrace.statistics.histograms.ScoreHistogram;
import io.millrace.statistics.histograms.ValueHistogram;
import java.math.BigInteger;
import java.nio.ByteBuffer;

/** One thing that is counted, and its name within a group. */
public sealed interface Cell {
  /** Predictions of a version. */
  record Predictions() implements Cell {}

  /** Labelled predictions, by the range of {@link ScoreHistogram} that the score is in. */
  record Labelled(boolean label, int range) implements Cell {}

  /** Sums of a REGRESSION label. */
  record Sum(Of of) implements Cell {
    /** What is summed up. */
    public enum Of {
      ROWS,
      ABSOLUTE,
      SQUARED,
      LABELS,
      LABEL_SQUARES
    }
  }

  /**
   * Numbers, by a cell of their {@link NumberHistogram}.
   *
   * @param shift how many bits of their keys are left out
   * @param prefix the other bits
   */
  record Number(int shift, long prefix) implements Cell {
    public Number {
      if (shift < 0 || shift >= Long.SIZE || prefix << shift >> shift != prefix) {
        throw new IllegalArgumentException("no cell of numbers");
      }
    }

    /** The shift, and as many bytes as the other bits take. */
    private byte[] bytes() {
      byte[] bytes = new byte[2 + length(shift)];
      bytes[0] = 'k';
      bytes[1] = (byte) shift;
      for (int i = bytes.length - 1, bits = 0; i > 1; i--, bits += Byte.SIZE) {
        bytes[i] = (byte) (prefix >> bits);
      }
      return bytes;
    }

    private static Number of(byte[] bytes) {
      if (bytes.length < 2 || bytes.length != 2 + length(bytes[1])) {
        throw new IllegalArgumentException("no cell of numbers");
      }
      return new Number(bytes[1], new BigInteger(bytes, 2, bytes.length - 2).longValueExact());
    }

    private static int length(int shift) {
      return (Long.SIZE - shift + Byte.SIZE - 1) / Byte.SIZE;
    }
  }

  record Text(String text) implements Cell {
    public Text {
      text = ValueHistogram.key(text);
    }
  }

  /** Strings beyond those that are told apart. */
  record Others() implements Cell {}

  record Missing() implements Cell {}

  /** How many strings are told apart. */
  record Distinct() implements Cell {}

  default byte[] toBytes() {
    return switch (this) {
      case Predictions p -> new byte[] {'p'};
      case Labelled l ->
          ByteBuffer.allocate(3)
              .put((byte) (l.label ? 't' : 'f'))
              .putShort((short) l.range)
              .array();
      case Sum s -> new byte[] {'s', (byte) s.of.ordinal()};
      case Number n -> n.bytes();
      case Text t -> {
        byte[] text = t.text.getBytes(UTF_8);
        yield ByteBuffer.allocate(1 + text.length).put((byte) 'x').put(text).array();
      }
      case Others o -> new byte[] {'o'};
      case Missing m -> new byte[] {'m'};
      case Distinct d -> new byte[] {'d'};
    };
  }

  /** The inverse of {@link #toBytes}. Numbers were once counted by their {@link Bfloat16}. */
  static Cell fromBytes(byte[] bytes) {
    return switch (bytes[0]) {
      case 'p' -> new Predictions();
      case 't' -> new Labelled(true, number(bytes));
      case 'f' -> new Labelled(false, number(bytes));
      case 's' -> new Sum(SUMS[bytes[1]]);
      case 'k' -> Number.of(bytes);
      case 'n' -> new Number(Bfloat16.SHIFT, Bfloat16.cell(number(bytes)));
      case 'x' -> new Text(new String(bytes, 1, bytes.length - 1, UTF_8));
      case 'o' -> new Others();
      case 'm' -> new Missing();
      case 'd' -> new Distinct();
      default -> throw new IllegalArgumentException("no cell: " + bytes[0]);
    };
  }

  Sum.Of[] SUMS = Sum.Of.values();

  private static int number(byte[] bytes) {
    return Short.toUnsignedInt(ByteBuffer.wrap(bytes).getShort(1));
  }
}
