package io.millrace.contracts.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.file.PipelineFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PipelineFilePagesTest {
  private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  /** The first block is a whole file, the others are further parts of its spec. */
  @Test
  void shouldShowExamplesThatAreValid() throws IOException {
    List<String> blocks =
        YAML.matcher(Files.readString(Path.of("../docs/reference/pipeline-file.md")))
            .results()
            .map(match -> match.group(1))
            .toList();

    assertThat(blocks).hasSize(3);
    assertThat(PipelineFile.parse(blocks.getFirst(), "least"))
        .isInstanceOf(PipelineFile.Valid.class);
    assertThat(PipelineFile.parse(String.join("", blocks), "whole"))
        .isInstanceOf(PipelineFile.Valid.class);
  }

  @Test
  void shouldShowTheProblemsThatAreTold() throws IOException {
    String page = Files.readString(Path.of("../docs/reference/pipeline-file.md"));
    String flights =
        FlightsFile.text()
            .replaceFirst("presence", "presnce")
            .replace("delay_minutes > 15", "delay_minuts > 15");

    assertThat(PipelineFile.parse(flights, "pipeline.yaml"))
        .isInstanceOfSatisfying(
            PipelineFile.Invalid.class,
            invalid ->
                assertThat(invalid.problems())
                    .hasSize(2)
                    .allSatisfy(problem -> assertThat(page).contains(problem.toString() + "\n")));
  }

  @Test
  void shouldShowTheWholeFileOfTheGuidesExample() throws IOException {
    String guide = Files.readString(Path.of("../docs/guides/your-own-pipeline.md"));
    String rain = Files.readString(Path.of("../examples/rain/pipeline.yaml"));

    assertThat(guide).contains("```yaml\n" + rain + "```");
    assertThat(PipelineFile.parse(rain, "rain")).isInstanceOf(PipelineFile.Valid.class);
  }
}
