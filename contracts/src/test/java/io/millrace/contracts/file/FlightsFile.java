package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Pipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The example's pipeline file, from the tests of any module. */
public final class FlightsFile {
  private static final String FILE = "examples/flights/pipeline.yaml";

  private FlightsFile() {}

  public static String text() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve(FILE))) {
      folder = folder.getParent();
    }
    try {
      return Files.readString(folder.resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Pipeline pipeline() {
    return switch (PipelineFile.parse(text(), "pipeline.yaml")) {
      case PipelineFile.Valid valid -> valid.pipeline();
      case PipelineFile.Invalid invalid -> throw new AssertionError(invalid.problems().toString());
    };
  }
}
