package io.millrace.local.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * The folder that holds everything a system writes: {@code data}, {@code config}, {@code logs},
 * {@code unpacked} and {@code system.json}. Of these only {@code config/application.properties} is
 * the user's.
 */
public record Home(Path folder) {
  public Home {
    folder = folder.toAbsolutePath().normalize();
  }

  /** What survives {@code down} and is deleted by {@code up --fresh}. */
  public Path data(String of) {
    return folder.resolve("data").resolve(of);
  }

  /** Written anew by each start. */
  public Path config(String of) {
    return created(folder.resolve("config")).resolve(of);
  }

  /** The user's settings, if any. */
  public Path settings() {
    return folder.resolve("config/application.properties");
  }

  public Path log(String of) {
    return created(folder.resolve("logs")).resolve(of + ".log");
  }

  /**
   * Where a process unpacks its native libraries and has its other temporary files: nothing can be
   * executed in a {@code /tmp} that is mounted noexec.
   */
  public Path unpacked(String of) {
    return folder.resolve("unpacked").resolve(of);
  }

  /** Makes that folder of a process that is about to start; one that was killed has left files. */
  public void emptyUnpacked(String of) {
    try {
      delete(unpacked(of));
      Files.createDirectories(unpacked(of));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path stateFile() {
    return folder.resolve("system.json");
  }

  /** Sets the last run's logs aside, so that a log tells of one run. */
  public void setLogsAside() {
    Path logs = folder.resolve("logs");
    Path before = logs.resolve("previous");
    try {
      delete(before);
      if (Files.isDirectory(logs)) {
        Files.createDirectories(before);
        try (Stream<Path> files = Files.list(logs)) {
          for (Path log : files.filter(Files::isRegularFile).toList()) {
            Files.move(log, before.resolve(log.getFileName()));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Forgets every event, schema, feature and part. */
  public void deleteData() {
    try {
      delete(folder.resolve("data"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static Path created(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
