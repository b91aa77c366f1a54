package io.millrace.local.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ImagesTest {
  private final StringWriter error = new StringWriter();

  @Test
  void shouldSayWhichImagesThereAre() {
    assertThat(run("--only", "serving,broker")).isEqualTo(2);
    assertThat(error.toString())
        .startsWith(
            "there is no image of 'broker'; there are: ingest, validator, transformer, trainer,"
                + " evaluator, serving, monitor, cli");
  }

  @Test
  void shouldTakeOneBase() {
    assertThat(run("--base", "some-jre:25", "--offline-base")).isEqualTo(2);
    assertThat(error.toString()).contains("mutually exclusive");
  }

  private int run(String... arguments) {
    return new CommandLine(new Images()).setErr(new PrintWriter(error, true)).execute(arguments);
  }
}
