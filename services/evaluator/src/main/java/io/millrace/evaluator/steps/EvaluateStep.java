package io.millrace.evaluator.steps;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.pipeline.Evaluate;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.runs.Step;
import io.millrace.evaluator.scoring.HeldOutRows;
import io.millrace.evaluator.scoring.ModelFiles;
import io.millrace.evaluator.settings.EvaluatorSettings;
import io.millrace.evaluator.steps.Champions.Champion;
import io.millrace.evaluator.verdict.Judge;
import io.millrace.evaluator.verdict.ScoredRows;
import io.millrace.evaluator.verdict.Verdict;
import io.millrace.evaluator.verdict.VerdictJson;
import io.millrace.messaging.runs.Evidence;
import io.millrace.messaging.runs.Run;
import io.millrace.messaging.runs.StepFailedException;
import io.millrace.messaging.runs.StepResult;
import io.millrace.messaging.runs.StepWork;
import io.millrace.onnx.session.OnnxModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/** Judges a candidate on the held-out rows. */
final class EvaluateStep implements StepWork {
  /** To be raised when equal scores give another verdict than before. */
  private static final int RULES = 1;

  private final StepFiles files;
  private final ModelFiles models;
  private final Champions champions;
  private final EvaluatorSettings settings;
  private @Nullable Found found;

  EvaluateStep(
      StepFiles files, ModelFiles models, Champions champions, EvaluatorSettings settings) {
    this.files = files;
    this.models = models;
    this.champions = champions;
    this.settings = settings;
  }

  /** The champion that a run's candidate is compared with. */
  private record Found(String run, Optional<Champion> champion) {}

  @Override
  public Step.Known step() {
    return Step.Known.EVALUATE;
  }

  @Override
  public boolean isDue(Run run) {
    return run.isOpen() && run.hasDone(Step.Known.TRAIN) && !run.hasDone(Step.Known.EVALUATE);
  }

  @Override
  public synchronized String fingerprint(Run run) throws InterruptedException {
    found = null;
    Evaluate rules = files.pipeline(run).evaluate();
    RunFiles made = new RunFiles(run);
    return Fingerprint.of(
        "evaluate",
        RULES,
        made.manifest().getSha256(),
        made.candidate().getSha256(),
        find(run).map(c -> c.published().version().getFile().getSha256()).orElse(""),
        rules.refit(),
        rules.slices(),
        rules.thresholds(),
        rules.least(),
        settings.leastUnseenRows(),
        settings.mostSlices());
  }

  @Override
  public synchronized StepResult work(Run run, List<Run> earlier, Progress progress)
      throws IOException, InterruptedException {
    Pipeline pipeline = files.pipeline(run);
    RunFiles made = new RunFiles(run);
    Optional<Champion> champion = find(run);
    Verdict verdict = verdict(pipeline, made, champion, progress);
    List<ArtifactRef> inputs = new ArrayList<>(List.of(made.manifest(), made.candidate()));
    champion.ifPresent(c -> inputs.add(c.published().version().getFile()));
    return new StepResult(
        inputs,
        List.of(
            files.store(
                described(VerdictJson.whole(verdict), made, champion),
                run.pipeline() + "/verdicts",
                "verdict")),
        described(VerdictJson.summary(verdict), made, champion)
            .put("refit", pipeline.evaluate().refit()));
  }

  /** The same for the fingerprint and for the work that it stands for. */
  private Optional<Champion> find(Run run) {
    Found known = found;
    if (known == null || !known.run().equals(run.id())) {
      known = new Found(run.id(), champions.of(run).filter(c -> answersTheSame(c, run)));
      found = known;
    }
    return known.champion();
  }

  /**
   * A champion of another kind of label has no number that a candidate's could be compared with.
   */
  private boolean answersTheSame(Champion champion, Run run) {
    Optional<Label.Kind> asked = files.kind(run.pipeline(), run.pipelineVersion());
    return files
        .kind(run.pipeline(), champion.published().version().getPipelineVersion())
        .equals(asked);
  }

  private Verdict verdict(
      Pipeline pipeline, RunFiles made, Optional<Champion> champion, Progress progress)
      throws IOException, InterruptedException {
    Judge judge =
        new Judge(
            pipeline.label().kind(),
            pipeline.evaluate(),
            settings.leastUnseenRows(),
            settings.mostSlices());
    HeldOutRows heldOut = files.heldOut(made, pipeline);
    try (OnnxModel candidate = models.candidate(made.candidate(), pipeline)) {
      ScoredRows rows = score(heldOut, candidate, champion, judge.fields(), progress);
      return judge.judge(rows, champion.map(c -> c.published().number()));
    }
  }

  private ScoredRows score(
      HeldOutRows heldOut,
      OnnxModel candidate,
      Optional<Champion> champion,
      List<String> fields,
      Progress progress)
      throws IOException, InterruptedException {
    if (champion.isEmpty()) {
      return heldOut.score(candidate, Optional.empty(), fields, share(progress)).rows();
    }
    Champion present = champion.get();
    try (OnnxModel other = load(present, heldOut.pipeline())) {
      return heldOut
          .score(
              candidate,
              Optional.of(new HeldOutRows.Champion(other, champions.rows(present))),
              fields,
              share(progress))
          .rows();
    }
  }

  private OnnxModel load(Champion champion, Pipeline pipeline) throws IOException {
    try {
      return models.champion(champion.published().version().getFile(), pipeline);
    } catch (StepFailedException e) {
      throw new StepFailedException(
          e.code(),
          "version %d, the champion to compare with: %s; bring its file back, or move the alias"
              .formatted(champion.published().number(), e.getMessage()));
    }
  }

  private static ObjectNode described(
      ObjectNode verdict, RunFiles made, Optional<Champion> champion) {
    verdict.put("candidate", made.candidate().getSha256());
    verdict.put("manifest", made.manifest().getSha256());
    champion.ifPresent(
        c ->
            verdict
                .withObject("/champion")
                .put("sha256", c.published().version().getFile().getSha256()));
    return verdict;
  }

  static DoubleConsumer share(Progress progress) {
    return share -> progress.report(Evidence.create().put("share", share));
  }
}
