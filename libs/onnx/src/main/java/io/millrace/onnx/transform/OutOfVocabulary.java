package io.millrace.onnx.transform;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.millrace.onnx.graph.Attributes;
import io.millrace.onnx.graph.GraphBuilder;
import java.util.List;

/**
 * Which bucket a string falls into that is in no vocabulary. ONNX has no hash of strings, but it
 * has regular expressions, and one can tell whether the characters of a set occur an odd number of
 * times. Eight such sets give a number of eight bits; the bucket is its remainder. Strings of the
 * same characters in another order share a bucket, and characters beyond ASCII don't count.
 */
final class OutOfVocabulary {
  /** More buckets than there are numbers would stay empty. */
  static final int MOST_BUCKETS = 256;

  private static final int BITS = 8;
  private static final char FIRST = ' ';
  private static final char LAST = '~';

  private OutOfVocabulary() {}

  /** Adds nodes that give the bucket of each string as a float. */
  static String append(GraphBuilder graph, String text, int buckets) {
    if (buckets > MOST_BUCKETS) {
      throw new IllegalArgumentException("more than " + MOST_BUCKETS + " buckets: " + buckets);
    }
    String sum = graph.constant(List.of(0f));
    for (int bit = 0; bit < BITS; bit++) {
      String even =
          graph.node("RegexFullMatch", List.of(text), Attributes.text("pattern", evenly(bit)));
      String odd = graph.node("Not", List.of(even));
      String number =
          graph.node(
              "Cast",
              List.of(odd),
              Attributes.integer("to", TensorProto.DataType.FLOAT.getNumber()));
      String weighed =
          graph.node("Mul", List.of(number, graph.constant(List.of((float) (1 << bit)))));
      sum = graph.node("Add", List.of(sum, weighed));
    }
    return graph.node(
        "Mod",
        List.of(sum, graph.constant(List.of((float) buckets))),
        Attributes.integer("fmod", 1));
  }

  /** The same in Java, for those who look for a string's bucket. */
  static int bucket(String text, int buckets) {
    int sum = 0;
    for (int bit = 0; bit < BITS; bit++) {
      int of = bit;
      if (text.chars().filter(c -> isIn(c, of)).count() % 2 == 1) {
        sum += 1 << bit;
      }
    }
    return sum % buckets;
  }

  private static boolean isIn(int character, int bit) {
    return character >= FIRST
        && character <= LAST
        && ((character * 0x9E3779B1 >>> (24 + bit)) & 1) == 1;
  }

  private static String evenly(int bit) {
    StringBuilder set = new StringBuilder();
    for (int c = FIRST; c <= LAST; c++) {
      if (isIn(c, bit)) {
        set.append("\\x").append(Integer.toHexString(c));
      }
    }
    return "(?s)(?:[^%1$s]*[%1$s][^%1$s]*[%1$s])*[^%1$s]*".formatted(set);
  }
}
