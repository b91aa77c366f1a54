package io.millrace.local.replay.files;

import io.millrace.contracts.pipeline.Field;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.contracts.time.EventTimes;
import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The file with the events of one stream. */
public record StreamFile(Stream stream, Path path, Format format) {
  private static final String PACKED = ".gz";

  /** How events are written down. */
  public enum Format {
    PARQUET("parquet"),
    CSV("csv"),
    JSON("jsonl", "ndjson", "json");

    private final List<String> extensions;

    Format(String... extensions) {
      this.extensions = List.of(extensions);
    }

    /** How the names of its files end; Parquet packs by itself. */
    private java.util.stream.Stream<String> endings() {
      return extensions.stream()
          .flatMap(
              extension ->
                  this == PARQUET
                      ? java.util.stream.Stream.of("." + extension)
                      : java.util.stream.Stream.of("." + extension, "." + extension + PACKED));
    }
  }

  /**
   * The files {@code <stream>.<extension>} of a folder, in the order of the pipeline's streams;
   * those of text may be packed ({@code .csv.gz}).
   *
   * @throws CommandFailedException when a stream has none, or two
   */
  public static List<StreamFile> in(Path folder, Pipeline pipeline) {
    return pipeline.streams().values().stream()
        .map(stream -> of(stream, folder).orElseThrow(() -> missing(stream, folder)))
        .toList();
  }

  /**
   * The one file of a stream.
   *
   * @throws CommandFailedException when it is named after none of the pipeline's streams
   */
  public static StreamFile named(Path path, Pipeline pipeline) {
    String name = String.valueOf(path.getFileName());
    for (Stream stream : pipeline.streams().values()) {
      for (Format format : Format.values()) {
        if (format.endings().anyMatch(ending -> name.equals(stream.name() + ending))) {
          return new StreamFile(stream, path, format);
        }
      }
    }
    throw new CommandFailedException(
        "%s is named after none of the streams %s"
            .formatted(path, String.join(", ", pipeline.streams().keySet())));
  }

  /** Whether a file's name ends as one of the formats does. */
  public static boolean isData(Path path) {
    String name = String.valueOf(path.getFileName());
    return Arrays.stream(Format.values()).flatMap(Format::endings).anyMatch(name::endsWith);
  }

  private static Optional<StreamFile> of(Stream stream, Path folder) {
    List<StreamFile> found = new ArrayList<>();
    for (Format format : Format.values()) {
      format
          .endings()
          .map(ending -> folder.resolve(stream.name() + ending))
          .filter(Files::isRegularFile)
          .forEach(path -> found.add(new StreamFile(stream, path, format)));
    }
    if (found.size() > 1) {
      throw new CommandFailedException(
          "two files for stream %s: %s and %s"
              .formatted(stream.name(), found.get(0).path(), found.get(1).path()));
    }
    return found.stream().findFirst();
  }

  private static CommandFailedException missing(Stream stream, Path folder) {
    String names =
        Arrays.stream(Format.values())
            .flatMap(Format::endings)
            .filter(ending -> !ending.endsWith(PACKED))
            .collect(Collectors.joining(", "));
    return new CommandFailedException(
        "no file for stream %s in %s: it should be %s%s; to send another stream alone, name its file"
            .formatted(stream.name(), folder, stream.name(), names));
  }

  /** The failure of an event whose time is none, in microseconds since the epoch. */
  CommandFailedException noEventTime(String place, long micros) {
    Field time = stream.timeField();
    return new CommandFailedException(
        "%s %s: field %s: %s; nothing was sent"
            .formatted(
                path,
                place,
                time.name(),
                EventTimes.problem(micros, time.notation().numbers()).orElseThrow().message()));
  }

  /** How many bytes it has. */
  long size() {
    try {
      return Files.size(path);
    } catch (IOException e) {
      throw new CommandFailedException(path + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** DuckDB's reason stands behind its kind of error; what it proposes are its own settings. */
  CommandFailedException unreadable(SQLException e) {
    return new CommandFailedException(
        path + " cannot be read: " + reason(e) + "; nothing was sent", e);
  }

  /** The same when events have been sent already. */
  CommandFailedException brokenOff(SQLException e) {
    return new CommandFailedException(
        path
            + " cannot be read any further: "
            + reason(e)
            + "; replay again, what is there already counts as a duplicate",
        e);
  }

  private static String reason(SQLException e) {
    return String.valueOf(e.getMessage())
        .lines()
        .takeWhile(line -> !line.startsWith("Possible"))
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .collect(Collectors.joining(" "));
  }
}
