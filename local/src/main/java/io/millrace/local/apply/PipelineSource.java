package io.millrace.local.apply;

import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.local.cluster.Parcel;
import io.millrace.local.terminal.CommandFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A pipeline file that was read and holds no mistake that can be seen without the system.
 *
 * @param yaml its text, as it is applied
 */
public record PipelineSource(Path file, String yaml, Pipeline pipeline) {
  private static final String NAME = "pipeline.yaml";

  /**
   * Reads a file, or the {@code pipeline.yaml} of a folder.
   *
   * @throws CommandFailedException with every mistake, its line and the fix
   */
  public static PipelineSource read(Path path) {
    Path file = Files.isDirectory(path) ? path.resolve(NAME) : path;
    String yaml;
    try {
      yaml = Files.readString(file);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new CommandFailedException("there is no file " + file, e);
    } catch (java.nio.charset.CharacterCodingException e) {
      throw new CommandFailedException(file + " is not UTF-8 text", e);
    } catch (IOException e) {
      throw new CommandFailedException(file + " cannot be read: " + e.getMessage(), e);
    }
    return switch (PipelineFile.accept(yaml, file.toString())) {
      case PipelineFile.Valid valid -> new PipelineSource(file, yaml, valid.pipeline());
      case PipelineFile.Invalid invalid -> throw refused(file, invalid.problems());
    };
  }

  /** The file, for one that applies it elsewhere. */
  Parcel parcel() {
    Path absolute = file.toAbsolutePath();
    return Parcel.of(Objects.requireNonNull(absolute.getParent()), List.of(absolute));
  }

  private static CommandFailedException refused(Path file, List<PipelineFile.Problem> problems) {
    StringBuilder text = new StringBuilder();
    text.append(file).append(" is refused:");
    for (PipelineFile.Problem problem : problems) {
      text.append(
          "%n  line %d: %s%s".formatted(problem.line(), at(problem.path()), problem.message()));
      if (!problem.fix().isBlank()) {
        text.append("%n    fix: %s".formatted(problem.fix()));
      }
    }
    return new CommandFailedException(text.toString());
  }

  static String at(String path) {
    return path.isBlank() ? "" : path + ": ";
  }
}
