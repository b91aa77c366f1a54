package io.millrace.contracts.file;

import io.millrace.contracts.pipeline.Pipeline;
import java.util.List;

/** What became of reading a pipeline file. */
public sealed interface Parsed {
  record Valid(Pipeline pipeline) implements Parsed {}

  /** All that is wrong with the file, in the order of its lines. */
  record Invalid(List<Problem> problems) implements Parsed {
    public Invalid {
      problems = List.copyOf(problems);
    }
  }
}
