package io.millrace.evaluator.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.runs.Step;
import io.millrace.evaluator.steps.Inspection.Inspected;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.runs.StepResult;
import io.millrace.messaging.runs.StepWork;
import java.io.IOException;
import java.util.List;

/**
 * Carries a verdict out. A blessed model is loaded once more, as serving will, and becomes a
 * version and the champion in the transaction that ends the run.
 */
final class FinishStep implements StepWork {
  /** To be raised when equal models give another card or other requests than before. */
  private static final int FORM = 2;

  private final StepFiles files;
  private final Inspection inspection;
  private final Publication publication;

  FinishStep(StepFiles files, Inspection inspection, Publication publication) {
    this.files = files;
    this.inspection = inspection;
    this.publication = publication;
  }

  @Override
  public Step.Known step() {
    return Step.Known.FINISH;
  }

  @Override
  public boolean isDue(Run run) {
    RunFiles made = new RunFiles(run);
    return run.isOpen()
        && run.hasDone(Step.Known.EVALUATE)
        && (!made.wantsRefit() || made.wasRefit())
        && !run.hasDone(Step.Known.FINISH);
  }

  /** None for a version that was rolled back since: it has to go live again. */
  @Override
  public String fingerprint(Run run) throws InterruptedException {
    RunFiles made = new RunFiles(run);
    if (made.isBlessed() && publication.wasRolledBack(run, made)) {
      return "";
    }
    return Fingerprint.of(
        "finish",
        FORM,
        made.verdict().getSha256(),
        made.isBlessed() ? made.published().getSha256() : "",
        inspection.limits(),
        files.pipeline(run).evaluate().latencyP99());
  }

  @Override
  public StepResult work(Run run, List<Run> earlier, Progress progress)
      throws IOException, InterruptedException {
    RunFiles made = new RunFiles(run);
    if (!made.isBlessed()) {
      ObjectNode refused = Evidence.of(run.step(Step.Known.EVALUATE).orElseThrow());
      return new StepResult(List.of(made.verdict()), List.of(), refused.put("blessed", false));
    }
    Pipeline pipeline = files.pipeline(run);
    Inspected inspected = inspection.inspect(made, pipeline, EvaluateStep.share(progress));
    ArtifactRef warmup = warmup(run, made, inspected);
    ArtifactRef card = Card.store(files, made, inspected);
    Publication.Published published = publication.of(run, made, card, warmup);
    return new StepResult(
        List.of(made.verdict(), made.published()),
        List.of(card, warmup),
        inspected.evidence().put("blessed", true).put("version", published.version()),
        published.events());
  }

  private ArtifactRef warmup(Run run, RunFiles made, Inspected inspected) throws IOException {
    return files.store(
        inspected.warmup(),
        "%s/models/%s/warmup.jsonl".formatted(run.pipeline(), made.published().getSha256()),
        "warmup");
  }
}
