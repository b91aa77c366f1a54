package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandArchiveTest {
  @TempDir private Path folder;

  @Test
  void shouldBePossibleOfJarsAloneAndWhereTheScriptHasItsFolder() throws IOException {
    Path archive = Files.createDirectories(folder.resolve("work")).resolve("commands.jsa");
    Path jar = Files.createFile(folder.resolve("own.jar"));

    assertThat(new CommandArchive(archive, folder + ":" + jar).isPossible()).isFalse();
    assertThat(new CommandArchive(archive, jar + ":other.jar").isPossible()).isTrue();
    assertThat(new CommandArchive(folder.resolve("none/a.jsa"), jar + ":other.jar").isPossible())
        .isFalse();
  }
}
