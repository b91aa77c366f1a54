package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandArchiveTest {
  @TempDir private Path folder;

  @Test
  void shouldBeWantedOnceForEachBuildAndOfJarsAlone() throws IOException {
    Path archive = Files.createDirectories(folder.resolve("work")).resolve("commands.jsa");
    Path jar = Files.createFile(folder.resolve("own.jar"));

    assertThat(new CommandArchive(archive, folder + ":" + jar).isWanted()).isFalse();
    CommandArchive own = new CommandArchive(archive, jar + ":other.jar");
    assertThat(own.isWanted()).isTrue();

    Files.createFile(archive);
    Files.setLastModifiedTime(jar, FileTime.fromMillis(1_000));
    assertThat(own.isWanted()).isFalse();

    Files.setLastModifiedTime(archive, FileTime.fromMillis(500));
    assertThat(own.isWanted()).isTrue();
  }
}
