package io.millrace.transformer.retention;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.pipeline.Retention;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.runs.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is said of one pipeline at a moment.
 *
 * @param newest version of its file; a deletion is one too
 * @param parts that there are
 * @param unread what is said and can't be read, and what else speaks against a collection
 */
record PipelineFacts(
    String pipeline,
    Optional<PipelineVersion> newest,
    List<PartWritten> parts,
    List<Run> runs,
    ModelHistory models,
    List<Hold> unread) {

  PipelineFacts {
    parts = List.copyOf(parts);
    runs = List.copyOf(runs);
    unread = List.copyOf(unread);
  }

  /** The same, with one more reason for which nothing goes. */
  PipelineFacts with(Hold hold) {
    List<Hold> more = new ArrayList<>(unread);
    more.add(hold);
    return new PipelineFacts(pipeline, newest, parts, runs, models, more);
  }

  /** Whether nothing at all is said of it. */
  boolean isEmpty() {
    return newest.isEmpty() && parts.isEmpty() && runs.isEmpty() && models.isEmpty();
  }

  /** Why nothing of it may go. What an open run goes by may be in no word of its yet. */
  List<Hold> holds() {
    List<Hold> holds = new ArrayList<>(unread);
    runs.stream()
        .filter(Run::isOpen)
        .findFirst()
        .map(run -> new Hold(ErrorCode.RUN_ALREADY_OPEN, "the run " + run.id() + " is open"))
        .ifPresent(holds::add);
    newest
        .map(PipelineVersion::getPurge)
        .map(purge -> new Hold(ErrorCode.PIPELINE_BEING_REMOVED, "it is being removed: " + purge))
        .ifPresent(holds::add);
    return holds;
  }

  /**
   * As its file says; empty for one that has no file any more, or none that can be read: nobody has
   * said for how long what is still said of it is kept.
   */
  Optional<Retention> retention() {
    return newest
        .map(PipelineVersion::getFile)
        .filter(file -> !file.isEmpty())
        .map(file -> PipelineFile.parse(file, pipeline + ".yaml"))
        .flatMap(
            parsed ->
                parsed instanceof PipelineFile.Valid valid
                    ? Optional.of(valid.pipeline().retention())
                    : Optional.empty());
  }
}
