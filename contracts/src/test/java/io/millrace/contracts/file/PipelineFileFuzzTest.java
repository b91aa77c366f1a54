package io.millrace.contracts.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.expression.Expression;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.pipeline.FieldType;
import io.millrace.contracts.pipeline.Scalar;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Mutation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever applies a file may apply any text. */
class PipelineFileFuzzTest {
  private static final Path EXAMPLES = Path.of("..", "examples");
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
  void shouldBearFilesWithFaults() throws IOException {
    List<String> real =
        List.of(
            Files.readString(EXAMPLES.resolve("flights").resolve("pipeline.yaml")),
            Files.readString(EXAMPLES.resolve("rain").resolve("pipeline.yaml")));

    Fuzz.of("pipeline file")
        .run(
            random -> Mutation.ofText(random, real),
            text -> {
              switch (PipelineFile.accept(text, "fuzz.yaml")) {
                case PipelineFile.Valid valid -> PipelineSchemas.of(valid.pipeline()).artifacts();
                case PipelineFile.Invalid invalid -> assertThat(invalid.problems()).isNotEmpty();
              }
            });
  }

  /** Found with other seeds: the YAML library parses what follows as a number, without a look. */
  @Test
  void shouldRefuseEscapesThatAreNone() {
    for (String escape : List.of("\\u", "\\u00", "\\uzzzz", "\\U00110000", "\\x", "\\")) {
      assertThat(PipelineFile.parse("a: \"" + escape + "\"", "escape.yaml"))
          .as(escape)
          .isInstanceOf(PipelineFile.Invalid.class);
    }
  }

  /** Found with other seeds too: no decimal can be made of an infinity, wherever it stands. */
  @Test
  void shouldRefuseNumbersThatAreTooLarge() {
    for (String number :
        List.of(
            "1e999999999", "-1e999999999", "1e309", "9".repeat(310), "0." + "1".repeat(2_000))) {
      assertThat(PipelineFile.parse("apiVersion: " + number, "large.yaml"))
          .as(number)
          .isInstanceOfSatisfying(
              PipelineFile.Invalid.class,
              invalid ->
                  assertThat(invalid.problems().toString())
                      .contains("large.yaml:1: ")
                      .contains("the number is too large for 64 bits"));
    }
    assertThat(PipelineFile.parse("apiVersion: 1e-999999999", "small.yaml"))
        .isInstanceOf(PipelineFile.Invalid.class);
  }

  @Test
  void shouldAcceptNoFileWithoutALabelWhateverElseItHas() {
    String file = FlightsFile.text().replace("role: label", "role: example");

    assertThat(PipelineFile.accept(file, "flights.yaml")).isInstanceOf(PipelineFile.Invalid.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0s", "0h"})
  void shouldRefuseAWindowThatIsNoTime(String window) {
    String file = FlightsFile.text().replace("window: 24h", "window: " + window);

    assertThat(file).isNotEqualTo(FlightsFile.text());
    assertThat(PipelineFile.accept(file, "flights.yaml")).isInstanceOf(PipelineFile.Invalid.class);
  }

  /** A table of their lengths' product would take 800 GB. */
  @Test
  void shouldNotCompareNamesThatAreNone() {
    assertThat(Closest.to("a".repeat(500_000), List.of("b".repeat(400_000), "late"))).isEmpty();
    assertThat(Closest.to("lat", List.of("b".repeat(400_000), "late"))).contains("late");
  }

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
