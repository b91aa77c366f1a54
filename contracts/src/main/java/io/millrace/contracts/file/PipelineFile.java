package io.millrace.contracts.file;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import java.util.List;

/** A pipeline file as text: YAML whose form a published JSON Schema describes. */
public final class PipelineFile {
  /** The largest file that is read, as a version that was accepted once may be. */
  public static final int MAX_BYTES = 1 << 20;

  /** Where the class path holds the JSON Schema. */
  public static final String SCHEMA = "/millrace/pipeline.schema.json";

  private PipelineFile() {}

  /**
   * The pipeline, or every problem that the text has, in its form or in its meaning.
   *
   * @param file what to call the text in problems
   */
  public static Parsed parse(String yaml, String file) {
    return PipelineFileReader.read(yaml, file);
  }

  /**
   * As {@link #parse}, and what a file must keep to when it is applied: that all that is made of it
   * can be, and runs. Whoever reads a version that was accepted once uses {@link #parse}.
   */
  public static Parsed accept(String yaml, String file) {
    return PipelineFileReader.accept(yaml, file);
  }

  /** What became of reading a pipeline file. */
  public sealed interface Parsed {}

  public record Valid(Pipeline pipeline) implements Parsed {}

  /** All that is wrong with the file, in the order of its lines. */
  public record Invalid(List<Problem> problems) implements Parsed {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }

  /**
   * One thing that is wrong with a pipeline file.
   *
   * @param code {@link ErrorCode#PIPELINE_FILE_INVALID} or a more exact one
   * @param line from 1
   * @param column from 1
   * @param path where in the document, such as {@code spec.label.value}
   * @param fix what to do about it; may be empty
   */
  public record Problem(
      ErrorCode code, String file, int line, int column, String path, String message, String fix) {

    public Problem(String file, int line, int column, String path, String message, String fix) {
      this(ErrorCode.PIPELINE_FILE_INVALID, file, line, column, path, message, fix);
    }

    /** As a compiler would print it: {@code pipeline.yaml:14: spec.label.knd: unknown key; …}. */
    @Override
    public String toString() {
      return file
          + ":"
          + line
          + ": "
          + (path.isEmpty() ? "" : path + ": ")
          + message
          + (fix.isEmpty() ? "" : "; " + fix);
    }
  }
}
