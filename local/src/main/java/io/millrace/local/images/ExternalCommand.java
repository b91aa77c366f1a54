package io.millrace.local.images;

import io.millrace.local.process.Programs;
import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A program of this machine that does a part of the work.
 *
 * @param folder where it runs
 */
record ExternalCommand(List<String> words, Path folder) {
  ExternalCommand {
    words = List.copyOf(words);
  }

  ExternalCommand(List<String> words) {
    this(words, Path.of("").toAbsolutePath());
  }

  /** Those of the programs that the PATH has not. */
  static List<String> missing(String... programs) {
    return Arrays.stream(programs).filter(program -> Programs.find(program).isEmpty()).toList();
  }

  /**
   * Runs it to its end.
   *
   * @return what it has printed
   * @throws CommandFailedException with the last line it printed, when it fails
   */
  String run() {
    try {
      Process process =
          new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true).start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new CommandFailedException(words.getFirst() + " failed: " + lastLine(output));
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailedException("interrupted", e);
    }
  }

  /** What it prints; nothing when it is not there or fails. */
  Optional<String> output() {
    if (!missing(words.getFirst()).isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(run());
    } catch (CommandFailedException e) {
      return Optional.empty();
    }
  }

  static String lastLine(String output) {
    return output.lines().filter(line -> !line.isBlank()).reduce("", (one, next) -> next).strip();
  }
}
