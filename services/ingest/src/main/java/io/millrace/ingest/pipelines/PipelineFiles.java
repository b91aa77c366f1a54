package io.millrace.ingest.pipelines;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.http.ProblemException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads pipeline files as they come by HTTP. */
final class PipelineFiles {
  private PipelineFiles() {}

  /**
   * The pipeline of a file that is to be called {@code name}.
   *
   * @throws ProblemException with every problem of the file
   */
  static Pipeline read(String name, String yaml) {
    return switch (PipelineFile.accept(yaml, name + ".yaml")) {
      case PipelineFile.Valid valid when valid.pipeline().name().equals(name) -> valid.pipeline();
      case PipelineFile.Valid valid ->
          throw new ProblemException(
              ErrorCode.PIPELINE_NAME_MISMATCH,
              "the file's metadata.name is "
                  + valid.pipeline().name()
                  + ", but it is applied as "
                  + name);
      case PipelineFile.Invalid invalid -> throw invalid(invalid.problems());
    };
  }

  /** Refuses a file for the reasons given. */
  static ProblemException invalid(List<PipelineFile.Problem> problems) {
    PipelineFile.Problem first = problems.getFirst();
    String more = problems.size() > 1 ? " (and " + (problems.size() - 1) + " more)" : "";
    boolean alike = problems.stream().allMatch(problem -> problem.code() == first.code());
    return new ProblemException(
        alike ? first.code() : ErrorCode.PIPELINE_FILE_INVALID,
        first + more,
        Map.of("problems", problems.stream().map(PipelineFiles::describe).toList()));
  }

  private static Map<String, Object> describe(PipelineFile.Problem problem) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("code", problem.code().name());
    members.put("line", problem.line());
    members.put("column", problem.column());
    members.put("path", problem.path());
    members.put("message", problem.message());
    members.put("fix", problem.fix());
    return members;
  }
}
