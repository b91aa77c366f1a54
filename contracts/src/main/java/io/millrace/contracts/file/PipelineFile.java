package io.millrace.contracts.file;

import com.fasterxml.jackson.core.JsonPointer;
import io.millrace.contracts.pipeline.Pipeline;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Reads a pipeline file, checking its form (the published JSON Schema) and its meaning. */
public final class PipelineFile {
  /** The largest file that is read. */
  public static final int MAX_BYTES = 1 << 20;

  private PipelineFile() {}

  /**
   * The pipeline, or every problem that the text has.
   *
   * @param file what to call the text in problems
   */
  public static Parsed parse(String yaml, String file) {
    if (yaml.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
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
    return problems.isEmpty() && pipeline.isPresent()
        ? new Parsed.Valid(pipeline.get())
        : new Parsed.Invalid(problems.sorted());
  }

  private static Parsed unreadable(String file, Position position, String message) {
    return new Parsed.Invalid(
        List.of(new Problem(file, position.line(), position.column(), "", message, "")));
  }
}
