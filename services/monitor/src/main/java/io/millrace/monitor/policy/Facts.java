package io.millrace.monitor.policy;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.control.ModelVersion;
import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.runs.Step;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.models.ModelHistory.Move;
import io.millrace.messaging.models.ModelHistory.Published;
import io.millrace.messaging.parts.PartKey;
import io.millrace.messaging.parts.PartTotals;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.runs.Runs;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the control plane tells of one pipeline. The order of events of different things does not
 * matter, nor how often each is told. Not safe for several threads.
 */
public final class Facts {
  private final String pipeline;
  private final Runs runs = new Runs();
  private final PartTotals parts;
  private ModelHistory models;

  public Facts(String pipeline) {
    this(pipeline, new PartTotals(pipeline));
  }

  /**
   * @param parts what is known of them, also to the caller
   */
  public Facts(String pipeline, PartTotals parts) {
    this.pipeline = pipeline;
    this.parts = parts;
    this.models = ModelHistory.of(pipeline);
  }

  /**
   * Takes a word on a run.
   *
   * @return the run that is forgotten for it
   */
  public Optional<Run> accept(RunStep step) {
    return runs.accept(step);
  }

  public void accept(PartWritten part) {
    parts.accept(part);
  }

  /** A part is taken back. */
  public void delete(PartKey part) {
    parts.delete(part);
  }

  public void accept(ModelEvent event) {
    models = models.with(event);
  }

  /** As if no run had ever been asked for. */
  public void forgetRuns() {
    runs.forget(pipeline);
  }

  /** As if no model had ever been made. */
  public void forgetModels() {
    models = ModelHistory.of(pipeline);
  }

  /** The last runs in the order in which they were asked for. */
  public List<Run> runs() {
    return runs.of(pipeline);
  }

  /** Runs that were taken; a request that came while another run was open is none. */
  List<Run> takenRuns() {
    return runs().stream().filter(run -> !wasSecond(run)).toList();
  }

  static boolean wasSecond(Run run) {
    return run.step(Step.Known.FAIL)
        .filter(step -> step.getCode().equals(ErrorCode.RUN_ALREADY_OPEN.name()))
        .isPresent();
  }

  public Optional<Run> openRun() {
    return runs().stream().filter(Run::isOpen).findFirst();
  }

  /** The version that is served, since a wall time. */
  public Optional<Move> champion() {
    return models.current(ModelHistory.CHAMPION);
  }

  public Optional<ModelVersion> version(int version) {
    return models.version(version).map(Published::version);
  }

  boolean hasVersions() {
    return !models.isEmpty() || champion().isPresent();
  }

  /** Rows that are announced. */
  public long rows() {
    return parts.rows();
  }

  /** About how many of them are of examples from a time on. */
  public long rowsSince(Instant from) {
    return parts.rowsSince(from);
  }
}
