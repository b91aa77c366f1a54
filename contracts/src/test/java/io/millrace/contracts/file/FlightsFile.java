package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Pipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The example's pipeline file. */
public final class FlightsFile {
  private FlightsFile() {}

  public static String text() {
    try {
      return Files.readString(Path.of("../examples/flights/pipeline.yaml"));
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
