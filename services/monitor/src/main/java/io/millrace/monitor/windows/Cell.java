package io.millrace.monitor.windows;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.statistics.histograms.NumberBucket;
import io.millrace.statistics.histograms.ScoreHistogram;
import io.millrace.statistics.histograms.ValueHistogram;
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

  /** Numbers, by their {@link NumberBucket}. */
  record Number(int bucket) implements Cell {}

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
      case Number n -> ByteBuffer.allocate(3).put((byte) 'n').putShort((short) n.bucket).array();
      case Text t -> {
        byte[] text = t.text.getBytes(UTF_8);
        yield ByteBuffer.allocate(1 + text.length).put((byte) 'x').put(text).array();
      }
      case Others o -> new byte[] {'o'};
      case Missing m -> new byte[] {'m'};
      case Distinct d -> new byte[] {'d'};
    };
  }

  /** The inverse of {@link #toBytes}. */
  static Cell fromBytes(byte[] bytes) {
    return switch (bytes[0]) {
      case 'p' -> new Predictions();
      case 't' -> new Labelled(true, number(bytes));
      case 'f' -> new Labelled(false, number(bytes));
      case 's' -> new Sum(SUMS[bytes[1]]);
      case 'n' -> new Number(number(bytes));
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
