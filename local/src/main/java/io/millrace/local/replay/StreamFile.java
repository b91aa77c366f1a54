package io.millrace.local.replay;

import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.local.terminal.CommandFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The file with the events of one stream. */
record StreamFile(Stream stream, Path path, Format format) {
  /** How events are written down. */
  enum Format {
    PARQUET("parquet"),
    CSV("csv"),
    JSON("jsonl", "ndjson", "json");

    private final List<String> extensions;

    Format(String... extensions) {
      this.extensions = List.of(extensions);
    }
  }

  /**
   * The files {@code <stream>.<extension>} of a folder, in the order of the pipeline's streams.
   *
   * @throws CommandFailedException when there is none, or two for one stream
   */
  static List<StreamFile> in(Path folder, Pipeline pipeline) {
    List<StreamFile> found = new ArrayList<>();
    for (Stream stream : pipeline.streams().values()) {
      List<StreamFile> ofStream = of(stream, folder);
      if (ofStream.size() > 1) {
        throw new CommandFailedException(
            "two files for stream %s: %s and %s"
                .formatted(stream.name(), ofStream.get(0).path(), ofStream.get(1).path()));
      }
      found.addAll(ofStream);
    }
    if (found.isEmpty()) {
      throw new CommandFailedException(
          "no data in %s: it should hold %s, each as .parquet, .csv, .jsonl, .ndjson or .json"
              .formatted(folder, String.join(", ", pipeline.streams().keySet())));
    }
    return found;
  }

  /** Whether a file's name ends as one of the formats does. */
  static boolean isData(Path path) {
    String name = String.valueOf(path.getFileName());
    return Arrays.stream(Format.values())
        .flatMap(format -> format.extensions.stream())
        .anyMatch(extension -> name.endsWith("." + extension));
  }

  private static List<StreamFile> of(Stream stream, Path folder) {
    List<StreamFile> found = new ArrayList<>();
    for (Format format : Format.values()) {
      for (String extension : format.extensions) {
        Path path = folder.resolve(stream.name() + "." + extension);
        if (Files.isRegularFile(path)) {
          found.add(new StreamFile(stream, path, format));
        }
      }
    }
    return found;
  }
}
