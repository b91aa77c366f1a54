package io.millrace.contracts.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ClientsPageTest {
  private static final Path CLIENTS = Path.of("../examples/clients");

  @Test
  void shouldShowEveryProgramAsItStands() throws IOException {
    Page guide = new Page(Path.of("../docs/guides/clients.md"));
    List<Path> programs;
    try (Stream<Path> files = Files.walk(CLIENTS)) {
      programs =
          files
              .filter(file -> file.toString().matches(".*\\.(py|go|java)"))
              .filter(file -> !file.toString().matches(".*/(\\.venv|target)/.*")) // as users make
              .toList();
    }

    assertThat(programs).hasSize(6);
    for (Path program : programs) {
      guide.shouldHold(
          CLIENTS.relativize(program).toString(),
          "```%s\n%s```\n".formatted(language(program), Files.readString(program)));
    }
  }

  private static String language(Path program) {
    String name = program.toString();
    return name.endsWith(".py") ? "python" : name.substring(name.lastIndexOf('.') + 1);
  }

  /** What the system's test runs them with is of these versions. */
  @Test
  void shouldTakeTheVersionsOfTheBuild() throws IOException {
    String ours = Files.readString(Path.of("../pom.xml"));
    String theirs = Files.readString(CLIENTS.resolve("java/pom.xml"));

    assertThat(theirs)
        .contains("<artifactId>kafka-clients</artifactId>" + version(ours, "kafka"))
        .contains(
            "<artifactId>apicurio-registry-avro-serde-kafka</artifactId>"
                + version(ours, "apicurio"));
  }

  private static String version(String pom, String name) {
    String tag = "<" + name + ".version>";
    int begin = pom.indexOf(tag) + tag.length();
    return "<version>" + pom.substring(begin, pom.indexOf('<', begin)) + "</version>";
  }
}
