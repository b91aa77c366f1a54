package io.millrace.trainer.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.artifacts.datasets.Selection;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.pipeline.Learner.GradientBoosting;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.runs.Step;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.runs.StepResult;
import io.millrace.messaging.runs.StepWork;
import io.millrace.trainer.cards.Card;
import io.millrace.trainer.cards.Provenance;
import io.millrace.trainer.rows.Frozen;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What training and training anew have in common. */
abstract sealed class TrainingStep implements StepWork permits TrainStep, RefitStep {
  private final Workshop workshop;
  private final Pipelines pipelines;
  private final RunFiles files;

  TrainingStep(Workshop workshop, Pipelines pipelines) {
    this.workshop = workshop;
    this.pipelines = pipelines;
    this.files = new RunFiles(workshop.store());
  }

  /** Which rows are trained on. */
  abstract Selection.Split rows();

  /** The parameters. */
  abstract GradientBoosting learner(Pipeline pipeline, Optional<Card> candidate);

  /** The card of the model that is made anew, if it is. */
  abstract Optional<Card> candidate(Run run, RunFiles runFiles) throws IOException;

  /** The pipeline in the version that the run goes by; empty while it isn't known here. */
  final Optional<Pipeline> pipeline(Run run) {
    return pipelines.find(run.pipeline(), run.pipelineVersion());
  }

  @Override
  public final String fingerprint(Run run) throws IOException {
    return training(run).provenance().fingerprint();
  }

  @Override
  public final StepResult work(Run run, List<Run> earlier, Progress progress)
      throws IOException, InterruptedException {
    Training training = training(run);
    Training.Made made = training.run(new TrainingProgress(progress, System::nanoTime));
    String folder = "%s/models/%s/".formatted(run.pipeline(), made.card().sha256());
    List<ArtifactRef> outputs =
        List.of(
            files.put(RunFiles.MODEL, folder + "model.onnx", made.model()),
            files.put(RunFiles.CARD, folder + "card.json", made.card().toJson()));
    return new StepResult(inputs(run), outputs, evidence(made.card()));
  }

  private Training training(Run run) throws IOException {
    Pipeline pipeline =
        pipeline(run).orElseThrow(() -> new IllegalStateException("no pipeline " + run.pipeline()));
    Optional<Card> candidate = candidate(run, files);
    Frozen frozen = files.frozen(run, pipeline);
    Provenance provenance = Provenances.of(workshop, frozen, rows(), learner(pipeline, candidate));
    return new Training(workshop, frozen, provenance, candidate.map(Card::numbers).orElse(null));
  }

  /** The files that it is made from. */
  List<ArtifactRef> inputs(Run run) {
    return List.of(
        RunFiles.output(run, Step.Known.TRANSFORM, RunFiles.MANIFEST),
        RunFiles.output(run, Step.Known.TRANSFORM, RunFiles.TRANSFORM));
  }

  private static ObjectNode evidence(Card card) {
    Card.Numbers numbers = card.numbers();
    ObjectNode evidence =
        Evidence.create()
            .put("share", 1.0)
            .put("rows", numbers.trainRows())
            .put("sample", numbers.sample())
            .put("rounds", numbers.rounds())
            .put("metric", numbers.metric())
            .put("train", numbers.train())
            .put("device", card.provenance().device().name())
            .put("parityRows", numbers.parityRows())
            .put("parity", numbers.parity());
    if (numbers.eval() != null) {
      evidence.put("eval", numbers.eval());
    }
    return evidence;
  }
}
