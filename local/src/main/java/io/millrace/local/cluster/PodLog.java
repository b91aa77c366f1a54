package io.millrace.local.cluster;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The lines of a log with a time before each, read as often as it takes: each is handed on once,
 * also where the connection has ended before the log has.
 */
final class PodLog {
  private final Consumer<String> lines;
  private Optional<Instant> last = Optional.empty();

  PodLog(Consumer<String> lines) {
    this.lines = lines;
  }

  /** From when on the log is still to be read; its beginning, if empty. */
  Optional<Instant> since() {
    return last;
  }

  /** Reads to where it ends. */
  void read(InputStream log) throws IOException {
    BufferedReader reader = new BufferedReader(new InputStreamReader(log, StandardCharsets.UTF_8));
    Optional<Instant> before = last;
    for (Optional<String> line = next(reader); line.isPresent(); line = next(reader)) {
      accept(line.get(), before);
    }
  }

  private static Optional<String> next(BufferedReader reader) throws IOException {
    return Optional.ofNullable(reader.readLine());
  }

  private void accept(String line, Optional<Instant> before) {
    int space = line.indexOf(' ');
    Optional<Instant> time = time(space < 0 ? line : line.substring(0, space));
    if (time.isEmpty()) {
      lines.accept(line); // a word of the cluster's own
    } else if (before.isEmpty() || time.get().isAfter(before.get())) {
      last = time;
      lines.accept(space < 0 ? "" : line.substring(space + 1));
    }
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
