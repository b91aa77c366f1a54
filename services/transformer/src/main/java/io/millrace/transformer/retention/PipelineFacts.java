package io.millrace.transformer.retention;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Retention;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.runs.Run;
import java.util.List;
import java.util.Optional;

/**
 * What is said of one pipeline at a moment.
 *
 * @param newest version of its file; a deletion is one too
 * @param parts that there are
 */
record PipelineFacts(
    String pipeline,
    Optional<PipelineVersion> newest,
    List<PartWritten> parts,
    List<Run> runs,
    ModelHistory models) {

  PipelineFacts {
    parts = List.copyOf(parts);
    runs = List.copyOf(runs);
  }

  /** Whether nothing at all is said of it. */
  boolean isEmpty() {
    return newest.isEmpty() && parts.isEmpty() && runs.isEmpty() && models.isEmpty();
  }

  /** As the newest file says that can be read; a deletion says nothing of it. */
  Retention retention() {
    return newest
        .map(PipelineVersion::getFile)
        .filter(file -> !file.isEmpty())
        .map(file -> PipelineFile.parse(file, pipeline + ".yaml"))
        .map(
            parsed ->
                parsed instanceof PipelineFile.Valid valid
                    ? valid.pipeline().retention()
                    : Retention.DEFAULT)
        .orElse(Retention.DEFAULT);
  }
}
