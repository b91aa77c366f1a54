package io.millrace.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of what was built, the script and a JVM. */
class CommandArchiveIT {
  private static final int DAMAGE = 3 << 20;

  @SuppressWarnings("NullAway.Init")
  @TempDir
  Path folder;

  private Path file;
  private CommandArchive archive;

  @BeforeEach
  void copyTheScriptBesideTheBuild() throws IOException {
    Path built = Installation.find().root();
    Path target = folder.resolve("tree/local/target");
    Files.createDirectories(target.resolveSibling(""));
    Files.createSymbolicLink(target, built.resolve("local/target"));
    Files.copy(built.resolve("millrace"), folder.resolve("tree/millrace"));
    file = Files.createDirectories(folder.resolve("tree/.millrace")).resolve("commands.jsa");
    Files.createFile(file.resolveSibling("built"));
    Path own = Installation.find().commandLineJars().getFirst();
    archive =
        new CommandArchive(
            file,
            target.resolve(own.getFileName())
                + ":"
                + Files.readString(target.resolve("class-path")));
  }

  @Test
  void shouldBePassedOverInSilenceWhenItIsDamagedAndBeMadeAnew() throws Exception {
    Home home = new Home(folder.resolve("home"));
    archive.make(home);
    assertThat(archive.isGood(file)).isTrue();
    assertThat(version("-Xshare:on")).matches("Millrace \\S+\n");

    // a JVM that takes it as it is crashes
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek((bytes.length() - DAMAGE) / 2);
      bytes.write(new byte[DAMAGE]);
    }
    assertThat(archive.isGood(file)).isFalse();
    assertThat(version("-Xshare:auto")).matches("Millrace \\S+\n");

    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(bytes.length() / 2);
    }
    assertThat(archive.isGood(file)).isFalse();
    assertThat(version("-Xshare:auto")).matches("Millrace \\S+\n");

    archive.make(home);
    assertThat(archive.isGood(file)).isTrue();
    assertThat(folder.resolve("tree/.millrace")).isDirectoryNotContaining("glob:**commands-*");
  }

  /** All that the script and the JVM say. */
  private String version(String sharing) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("bash", folder.resolve("tree/millrace").toString(), "--version");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("JAVA_TOOL_OPTIONS", sharing);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output
        .lines()
        .filter(line -> !line.startsWith("Picked up ") && !line.startsWith("(the sources have"))
        .map(line -> line + "\n")
        .reduce("", String::concat);
  }
}
