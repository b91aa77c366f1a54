package io.millrace.local.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ImagesTest {
  private final StringWriter error = new StringWriter();

  @Test
  void shouldSayWhichImagesThereAre() {
    assertThat(run("--only", "serving,broker")).isEqualTo(2);
    assertThat(error.toString())
        .startsWith(
            "there is no image of 'broker'; there are: ingest, validator, transformer, trainer,"
                + " evaluator, serving, monitor, cli; with --offline-base also broker, registry,"
                + " redis, s3");
  }

  @Test
  void shouldTakeOneBase() {
    assertThat(run("--base", "some-jre:25", "--offline-base")).isEqualTo(2);
    assertThat(error.toString()).contains("mutually exclusive");
  }

  @Test
  void shouldDeleteNothingOfOthersInItsFolder(@TempDir Path output) throws IOException {
    Path others = Files.createDirectories(output.resolve("work")).resolve("thesis");
    Files.writeString(others, "years");

    String missing = "tar://" + output.resolve("missing.tar");
    assertThat(run("--base", missing, "--only", "cli", "--output", output.toString())).isNotZero();

    assertThat(others).hasContent("years");
    assertThat(output).isDirectoryNotContaining("glob:**/work?*");
  }

  private int run(String... arguments) {
    return new CommandLine(new Images()).setErr(new PrintWriter(error, true)).execute(arguments);
  }
}
