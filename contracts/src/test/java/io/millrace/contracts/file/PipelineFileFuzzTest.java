package io.millrace.contracts.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Mutation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever applies a file may apply any text. */
class PipelineFileFuzzTest {
  private static final Path EXAMPLES = Path.of("..", "examples");

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
}
