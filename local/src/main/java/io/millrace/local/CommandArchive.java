package io.millrace.local;

import io.millrace.local.machine.Home;
import io.millrace.local.machine.Installation;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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

  /** Makes it while the caller goes on, where there is none of these classes. */
  void makeInTheBackground(Home home) {
    if (isWanted()) {
      Thread.ofPlatform().daemon().name("command-archive").start(() -> make(home));
    }
  }

  /** The JVM takes no folder into an archive, and none whose jars have changed since. */
  boolean isWanted() {
    Path own = Path.of(classPath.split(File.pathSeparator, 2)[0]);
    try {
      return Files.isRegularFile(own)
          && Files.isDirectory(archive.resolveSibling(""))
          && (!Files.exists(archive)
              || Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(own)) < 0);
    } catch (IOException e) {
      return false;
    }
  }

  private void make(Home home) {
    Path made = archive.resolveSibling("commands-%d.jsa".formatted(ProcessHandle.current().pid()));
    try {
      Process status =
          new ProcessBuilder(command(made, home))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      try {
        if (status.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) && Files.exists(made)) {
          Files.move(made, archive, StandardCopyOption.REPLACE_EXISTING);
        }
      } finally {
        status.destroyForcibly();
        Files.deleteIfExists(made);
      }
    } catch (IOException e) {
      LOG.debug("commands start without an archive of their classes", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<String> command(Path made, Home home) {
    List<String> command = new ArrayList<>();
    command.add(Installation.java());
    command.add("-XX:ArchiveClassesAtExit=" + made);
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
    command.add("status");
    command.add("--home=" + home.folder());
    return command;
  }
}
