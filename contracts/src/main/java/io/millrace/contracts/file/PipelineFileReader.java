package io.millrace.contracts.file;

import com.fasterxml.jackson.core.JsonPointer;
import io.millrace.contracts.file.PipelineFile.Invalid;
import io.millrace.contracts.file.PipelineFile.Parsed;
import io.millrace.contracts.file.PipelineFile.Problem;
import io.millrace.contracts.file.PipelineFile.Valid;
import io.millrace.contracts.limits.Limit;
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
    return read(yaml, file, false);
  }

  /** See {@link PipelineFile#accept}. */
  public static Parsed accept(String yaml, String file) {
    int bytes = yaml.getBytes(StandardCharsets.UTF_8).length;
    Limit limit = Limit.PIPELINE_FILE_BYTES;
    if (limit.isExceededBy(bytes)) {
      Position start = Position.START;
      return new Invalid(
          List.of(
              new Problem(
                  limit.code().orElseThrow(),
                  file,
                  start.line(),
                  start.column(),
                  "",
                  limit.exceededBy(bytes),
                  "")));
    }
    return read(yaml, file, true);
  }

  private static Parsed read(String yaml, String file, boolean accepting) {
    Document document;
    try {
      document = YamlReader.read(yaml);
    } catch (UnreadableYaml e) {
      return unreadable(file, e.position(), e.message());
    }
    Problems problems = new Problems(file, document);
    SchemaCheck.check(document, problems);
    Section root = new Section(document.root(), JsonPointer.empty(), problems);
    Optional<Pipeline> pipeline = PipelineReader.read(root);
    if (accepting && problems.isEmpty()) { // one that has problems may have no label to look at
      pipeline.ifPresent(new AcceptanceCheck(root.section("spec"))::check);
    }
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
