package io.millrace.evaluator.steps;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.Step;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import java.util.Optional;

/** What a run's steps have made so far. */
record RunFiles(Run run) {
  ArtifactRef manifest() {
    return output(Step.Known.TRANSFORM, "manifest");
  }

  ArtifactRef statistics() {
    return output(Step.Known.TRANSFORM, "statistics");
  }

  /** Inputs that the models of the run do without, each with the code that says why. */
  JsonNode inputsLeftOut() {
    return run.step(Step.Known.TRANSFORM)
        .map(Evidence::of)
        .map(evidence -> evidence.withArray("leftOut"))
        .orElseGet(() -> Evidence.create().putArray("leftOut"));
  }

  /** What was trained on the rows that are not held out. */
  ArtifactRef candidate() {
    return output(Step.Known.TRAIN, "model");
  }

  /** The trainer's card of the candidate. */
  ArtifactRef candidateCard() {
    return output(Step.Known.TRAIN, "card");
  }

  ArtifactRef verdict() {
    return output(Step.Known.EVALUATE, "verdict");
  }

  /** Whether the verdict asks for the model to be trained anew on all rows. */
  boolean wantsRefit() {
    return isBlessed() && said(Step.Known.EVALUATE, "refit");
  }

  boolean isBlessed() {
    return said(Step.Known.EVALUATE, "blessed");
  }

  boolean wasRefit() {
    return run.hasDone(Step.Known.REFIT);
  }

  /** What is to be published: the refit, where there is one. */
  ArtifactRef published() {
    return wasRefit() ? output(Step.Known.REFIT, "model") : candidate();
  }

  /** The trainer's card of what is to be published. */
  ArtifactRef publishedCard() {
    return wasRefit() ? output(Step.Known.REFIT, "card") : candidateCard();
  }

  /** The champion that the candidate was compared with. */
  Optional<Integer> comparedWith() {
    return run.step(Step.Known.EVALUATE)
        .map(step -> Evidence.of(step).at("/champion/version"))
        .filter(version -> version.isInt())
        .map(version -> version.intValue());
  }

  /** Whether another run came to the same candidate with the same rows. */
  boolean hasSameCandidate(RunFiles other) {
    return run.hasDone(Step.Known.TRAIN)
        && other.run.hasDone(Step.Known.TRAIN)
        && candidate().getSha256().equals(other.candidate().getSha256())
        && manifest().getSha256().equals(other.manifest().getSha256());
  }

  private boolean said(Step step, String key) {
    return run.step(step).map(s -> Evidence.of(s).path(key).asBoolean()).orElse(false);
  }

  private ArtifactRef output(Step step, String kind) {
    return run.step(step).map(RunStep::getOutputs).stream()
        .flatMap(outputs -> outputs.stream())
        .filter(output -> output.getKind().equals(kind))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "step %s of run %s has no %s".formatted(step.text(), run.id(), kind)));
  }
}
