package io.millrace.trainer.steps;

import io.millrace.artifacts.datasets.Selection;
import io.millrace.contracts.pipeline.Learner;
import io.millrace.contracts.pipeline.Learner.GradientBoosting;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.runs.Step;
import io.millrace.messaging.runs.Run;
import io.millrace.trainer.cards.Card;
import java.util.Optional;

/** Makes the candidate: learns from the train rows, stops by the eval rows. */
public final class TrainStep extends TrainingStep {
  public TrainStep(Workshop workshop, Pipelines pipelines) {
    super(workshop, pipelines);
  }

  @Override
  public Step.Known step() {
    return Step.Known.TRAIN;
  }

  @Override
  public boolean isDue(Run run) {
    return run.isOpen()
        && run.hasDone(Step.Known.TRANSFORM)
        && !run.hasDone(Step.Known.TRAIN)
        && pipeline(run).isPresent();
  }

  @Override
  Selection.Split rows() {
    return Selection.Split.TRAIN;
  }

  @Override
  GradientBoosting learner(Pipeline pipeline, Optional<Card> candidate) {
    Learner learner = pipeline.train().learner();
    return switch (learner) {
      case GradientBoosting boosting -> boosting;
    };
  }

  @Override
  Optional<Card> candidate(Run run, RunFiles runFiles) {
    return Optional.empty();
  }
}
