package io.millrace.local;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The classes that a command loads, as the JVM maps them: most of the time of a short command is
 * their loading. One run of {@code status} in the background makes it, once a build; without it
 * commands are slower, that is all.
 */
final class CommandArchive {
  private static final Logger LOG = LoggerFactory.getLogger(CommandArchive.class);
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int WITH_UNSAFE_OPTION = 23;

  private final Path archive;
  private final String classPath;

  /**
   * @param archive where the script looks for it
   */
  CommandArchive(Path archive, String classPath) {
    this.archive = archive;
    this.classPath = classPath;
  }

  static CommandArchive ofThisInstallation() {
    return new CommandArchive(
        Installation.find().root().resolve(".millrace").resolve("commands.jsa"),
        System.getProperty("java.class.path"));
  }

  /** Makes it while the caller goes on, where there is none that is good for these classes. */
  void makeInTheBackground(Home home) {
    if (isPossible()) {
      Thread.ofPlatform().daemon().name("command-archive").start(() -> make(home));
    }
  }

  /** The JVM takes no folder into an archive. */
  boolean isPossible() {
    return Files.isRegularFile(Path.of(classPath.split(File.pathSeparator, 2)[0]))
        && Files.isDirectory(archive.resolveSibling(""));
  }

  /** Commands never see one that is not whole, or not of these jars and this JVM. */
  void make(Home home) {
    Path made = archive.resolveSibling("commands-%d.jsa".formatted(ProcessHandle.current().pid()));
    try {
      if (isGood(archive)) {
        return;
      }
      Files.deleteIfExists(archive);
      try {
        run(
            List.of("-XX:ArchiveClassesAtExit=" + made),
            List.of("status", "--home=" + home.folder()));
        if (isGood(made)) {
          force(made);
          Files.move(made, archive, StandardCopyOption.ATOMIC_MOVE);
        }
      } finally {
        Files.deleteIfExists(made);
      }
    } catch (IOException e) {
      LOG.debug("commands start without an archive of their classes", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the JVM maps it, after looking at all of its bytes and the jars it is made of. */
  boolean isGood(Path file) throws IOException, InterruptedException {
    return Files.isRegularFile(file)
        && run(
            List.of("-XX:SharedArchiveFile=" + file, "-XX:+VerifySharedSpaces", "-Xshare:on"),
            List.of("--version"));
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  /** Whether a command ends well, within the time. */
  private boolean run(List<String> options, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Installation.java());
    command.addAll(options);
    command.add("-Xmx256m");
    command.add("-XX:TieredStopAtLevel=1");
    if (Runtime.version().feature() >= WITH_UNSAFE_OPTION) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    command.add("-XX:+UseSerialGC");
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("-Dslf4j.internal.verbosity=ERROR");
    command.add("-Dmillrace.root=" + Installation.find().root());
    command.add("-cp");
    command.add(classPath);
    command.add(Millrace.class.getName());
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      return process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) && process.exitValue() == 0;
    } finally {
      process.destroyForcibly();
    }
  }
}
