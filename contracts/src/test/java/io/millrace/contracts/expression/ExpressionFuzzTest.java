package io.millrace.contracts.expression;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Mutation;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whoever applies a file may write any expression into it. */
class ExpressionFuzzTest {
  private static final List<String> EXPRESSIONS =
      List.of(
          "arrdelay > 15.0",
          "(arrdelay > 15.0) || cancelled",
          "time.getHours() * 60 + time.getMinutes()",
          "carrier + '/' + origin",
          "distance > 100 ? 'far' : 'near'",
          "size(carrier) > 2 && carrier.startsWith('A')",
          "timestamp('2001-01-01T00:00:00Z') < time");

  @Test
  void shouldBearExpressionsWithFaults() {
    Map<String, FieldType> variables =
        Map.of(
            "arrdelay", FieldType.of(Scalar.FLOAT),
            "cancelled", FieldType.of(Scalar.BOOL),
            "time", FieldType.of(Scalar.TIMESTAMP),
            "carrier", FieldType.of(Scalar.STRING),
            "origin", FieldType.of(Scalar.STRING),
            "distance", FieldType.of(Scalar.INT));
    Map<String, Object> values =
        Map.of(
            "arrdelay",
            Double.NaN,
            "cancelled",
            true,
            "time",
            Long.MAX_VALUE,
            "carrier",
            "AA",
            "origin",
            "",
            "distance",
            Long.MIN_VALUE);

    Fuzz.of("expression")
        .run(
            random -> random.nextInt(100) > 0 ? Mutation.ofText(random, EXPRESSIONS) : deep(random),
            text -> {
              switch (Expression.compile(text, variables)) {
                case Expression.Compiled compiled -> {
                  Object unused =
                      compiled
                          .expression()
                          .evaluate(
                              compiled.expression().variables().stream()
                                  .map(values::get)
                                  .toArray());
                }
                case Expression.Failed failed -> assertThat(failed.message()).isNotEmpty();
              }
            });
  }

  /**
   * Up to the longest, of what no token begins with and of what ANTLR remembers nothing of, in a
   * text or not: 4 KB once took 50 MB.
   */
  private static String deep(Random random) {
    int depth = random.nextInt(Limit.EXPRESSION_DEPTH.most());
    String quote = random.nextBoolean() ? "'" : "";
    String piece =
        List.of("@", "\uFEFF", "\uD83D\uDE00", "\\", "1 ", "a.", "-", "'").get(random.nextInt(8));
    int rest = Limit.EXPRESSION_CHARACTERS.most() - "size(".length() * depth - 2 * quote.length();
    int times = rest / piece.codePointCount(0, piece.length());
    return "size(".repeat(depth)
        + quote
        + piece.repeat(random.nextInt(10) == 0 ? times : random.nextInt(times))
        + quote;
  }
}
