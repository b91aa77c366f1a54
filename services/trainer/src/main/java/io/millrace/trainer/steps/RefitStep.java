package io.millrace.trainer.steps;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.artifacts.datasets.Selection;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.pipeline.Learner.GradientBoosting;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.runs.Step;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.trainer.cards.Card;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes the model that goes live: as many rounds as the blessed candidate has, on train and eval
 * rows.
 */
public final class RefitStep extends TrainingStep {
  public RefitStep(Workshop workshop, Pipelines pipelines) {
    super(workshop, pipelines);
  }

  @Override
  public Step.Known step() {
    return Step.Known.REFIT;
  }

  @Override
  public boolean isDue(Run run) {
    return run.isOpen()
        && run.hasDone(Step.Known.EVALUATE)
        && !run.hasDone(Step.Known.REFIT)
        && run.step(Step.Known.EVALUATE).map(Evidence::of).filter(RefitStep::isBlessed).isPresent()
        && pipeline(run).filter(pipeline -> pipeline.evaluate().refit()).isPresent();
  }

  private static boolean isBlessed(JsonNode evidence) {
    return evidence.path("blessed").asBoolean();
  }

  @Override
  Selection.Split rows() {
    return Selection.Split.ALL;
  }

  @Override
  GradientBoosting learner(Pipeline pipeline, Optional<Card> candidate) {
    Card card = candidate.orElseThrow();
    GradientBoosting same = card.provenance().learner();
    return new GradientBoosting(card.numbers().rounds(), same.maxDepth(), same.learningRate(), 0);
  }

  @Override
  List<ArtifactRef> inputs(Run run) {
    List<ArtifactRef> inputs = new ArrayList<>(super.inputs(run));
    inputs.add(RunFiles.output(run, Step.Known.TRAIN, RunFiles.CARD));
    return inputs;
  }

  @Override
  Optional<Card> candidate(Run run, RunFiles runFiles) throws IOException {
    return Optional.of(runFiles.card(run, Step.Known.TRAIN));
  }
}
