package io.millrace.messaging;

import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The example's file. */
public final class FlightsPipeline {
  private static final Path FILE = Path.of("..", "..", "examples", "flights", "pipeline.yaml");

  private FlightsPipeline() {}

  public static String text() {
    try {
      return Files.readString(FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Pipeline read() {
    return switch (PipelineFile.parse(text(), "pipeline.yaml")) {
      case PipelineFile.Valid valid -> valid.pipeline();
      case PipelineFile.Invalid invalid -> throw new IllegalStateException(invalid.toString());
    };
  }
}
