package io.millrace.contracts.file;

import com.fasterxml.jackson.core.JsonPointer;
import io.millrace.contracts.file.PipelineFile.Invalid;
import io.millrace.contracts.file.PipelineFile.Parsed;
import io.millrace.contracts.file.PipelineFile.Problem;
import io.millrace.contracts.file.PipelineFile.Valid;
import io.millrace.contracts.pipeline.Pipeline;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Reads a pipeline file; {@link PipelineFile} is the way in. */
public final class PipelineFileReader {
  private PipelineFileReader() {}

  /** See {@link PipelineFile#parse}. */
  public static Parsed read(String yaml, String file) {
    if (yaml.getBytes(StandardCharsets.UTF_8).length > PipelineFile.MAX_BYTES) {
      return unreadable(file, Position.START, "larger than 1 MiB");
    }
    Document document;
    try {
      document = YamlReader.read(yaml);
    } catch (UnreadableYaml e) {
      return unreadable(file, e.position(), e.message());
    }
    Problems problems = new Problems(file, document);
    SchemaCheck.check(document, problems);
    Optional<Pipeline> pipeline =
        PipelineReader.read(new Section(document.root(), JsonPointer.empty(), problems));
    if (!problems.isEmpty()) {
      return new Invalid(problems.sorted());
    }
    return new Valid(
        pipeline.orElseThrow(
            () -> new IllegalStateException("no pipeline in " + file + ", and no problem")));
  }

  private static Parsed unreadable(String file, Position position, String message) {
    return new Invalid(
        List.of(new Problem(file, position.line(), position.column(), "", message, "")));
  }
}
