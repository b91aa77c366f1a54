package io.millrace.contracts.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.contracts.file.PipelineFile.Problem;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PipelineFileTest {
  private static final String SMALL = WrongFiles.RIGHT;

  @ParameterizedTest
  @MethodSource("io.millrace.contracts.file.WrongFiles#all")
  void shouldNameLineAndFixWhenOneThingIsWrong(String right, String wrong, String problem) {
    assertThat(SMALL).contains(right);

    assertThat(problems(SMALL.replaceFirst(Pattern.quote(right), Matcher.quoteReplacement(wrong))))
        .anySatisfy(found -> assertThat(found.toString()).startsWith("trips.yaml:" + problem));
  }

  @Test
  void shouldAcceptTheFileThatTheWrongOnesAreMadeFrom() {
    assertThat(PipelineFile.parse(SMALL, "trips.yaml")).isInstanceOf(PipelineFile.Valid.class);
  }

  @Test
  void shouldRefuseToWatchAMetricOfClasses() {
    String classes =
        SMALL
            .replace("kind: REGRESSION, value: fare", "kind: MULTICLASS, value: kind")
            .replace("{metric: rmse, upperBound: 3}", "{metric: accuracy, lowerBound: 0.5}")
            .replace("{metric: rmse, drop: 1}", "{metric: accuracy, drop: 0.1}");

    assertThat(problems(classes)).extracting(Problem::path).containsExactly("spec.monitor.decay");
  }

  @Test
  void shouldTellOfEveryProblemInTheOrderOfLines() {
    String yaml =
        SMALL
            .replace("{name: trips}", "{name: Trips}")
            .replace("FLOAT", "FLAOT")
            .replace("within: 2h", "witin: 2h")
            .replace("window: 1h", "window: 7m")
            .replace("[[zone]]", "[[zon]]");

    assertThat(problems(yaml))
        .extracting(Problem::line, Problem::path)
        .containsExactly(
            tuple(3, "metadata.name"),
            tuple(14, "spec.streams.starts.fields.miles.type"),
            tuple(23, "spec.streams.ends.fields.fare.type"),
            tuple(25, "spec.label"),
            tuple(25, "spec.label.witin"),
            tuple(30, "spec.features.windowed.zone_fare.window"),
            tuple(34, "spec.evaluate.slices[0][0]"));
  }

  @Test
  void shouldPointAtTheColumnWithinAnExpression() {
    assertThat(problems(SMALL.replace("value: fare", "value: 'fare + fair'")))
        .singleElement()
        .satisfies(
            problem ->
                assertThat(SMALL.lines().toList().get(problem.line() - 1).indexOf("fare") + 9)
                    .isEqualTo(problem.column()));
  }

  @Test
  void shouldRefuseAliasesThatMultiply() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) {
      yaml.append("a%d: &a%d [%s]\n".formatted(i, i, "*a%d, ".formatted(i - 1).repeat(10)));
    }

    assertThat(problems(yaml.toString()))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("aliases"));
  }

  @Test
  void shouldRefuseAnAliasOfItself() {
    assertThat(problems("a: &a [*a]"))
        .singleElement()
        .satisfies(problem -> assertThat(problem.message()).contains("aliases"));
  }

  @Test
  void shouldRefuseWhatIsNoDocument() {
    assertThat(problems("")).hasToString("[trips.yaml:1: the file is empty]");
    assertThat(problems("# " + "x".repeat(PipelineFile.MAX_BYTES)))
        .hasToString("[trips.yaml:1: larger than 1 MiB]");
    assertThat(problems("just text"))
        .hasToString("[trips.yaml:1: must be a mapping, not \"just text\"]");
  }

  @Property(tries = 300)
  void shouldAnswerAndNotThrowWhateverIsCutOut(
      @ForAll @IntRange(max = 1100) int from, @ForAll @IntRange(max = 60) int length) {
    int start = Math.min(from, SMALL.length());
    int end = Math.min(start + length, SMALL.length());

    PipelineFile.Parsed parsed =
        PipelineFile.parse(SMALL.substring(0, start) + SMALL.substring(end), "cut");

    assertThat(parsed)
        .satisfiesAnyOf(
            valid -> assertThat(valid).isInstanceOf(PipelineFile.Valid.class),
            invalid -> assertThat(((PipelineFile.Invalid) invalid).problems()).isNotEmpty());
  }

  private static List<Problem> problems(String yaml) {
    return switch (PipelineFile.parse(yaml, "trips.yaml")) {
      case PipelineFile.Valid valid -> throw new AssertionError("valid: " + valid);
      case PipelineFile.Invalid invalid -> invalid.problems();
    };
  }
}
