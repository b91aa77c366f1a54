package io.millrace.trainer.steps;

import io.millrace.artifacts.Digest;
import io.millrace.artifacts.datasets.Reading;
import io.millrace.artifacts.datasets.Selection;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Learner.GradientBoosting;
import io.millrace.messaging.runs.StepFailedException;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.onnx.trees.TreeModel;
import io.millrace.trainer.cards.Card;
import io.millrace.trainer.cards.Provenance;
import io.millrace.trainer.rows.Frozen;
import io.millrace.trainer.rows.FrozenRows;
import io.millrace.trainer.trees.LabelledRows;
import io.millrace.trainer.trees.Parity;
import io.millrace.trainer.trees.TrainedTrees;
import io.millrace.trainer.trees.TreeTrainer;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One training from frozen rows to a file that predicts what the library predicts.
 *
 * @param candidate the numbers of the model whose parameters these are, when it is made anew
 */
record Training(
    Workshop workshop, Frozen frozen, Provenance provenance, Card.@Nullable Numbers candidate) {
  /** A model file with what goes with it. */
  record Made(byte[] model, Card card) {}

  Made run(TrainingProgress progress) throws IOException, InterruptedException {
    Reading reading = new Reading(workshop.readMemory(), workshop.spill());
    try (FrozenRows rows =
        FrozenRows.open(frozen, workshop.store(), reading, provenance.threads())) {
      LabelledRows train = rows(rows, provenance.rows(), progress);
      Optional<LabelledRows> eval = Optional.empty();
      if (provenance.rows() == Selection.Split.TRAIN) {
        eval = Optional.of(rows(rows, Selection.Split.EVAL, progress));
      }
      try (TrainedTrees trees = learn(train, eval, progress)) {
        progress.checks();
        return made(rows, trees, train.rows(), eval.map(LabelledRows::rows).orElse(0));
      }
    }
  }

  private LabelledRows rows(FrozenRows rows, Selection.Split split, TrainingProgress progress)
      throws IOException, InterruptedException {
    double all = frozen.manifest().rows() * provenance.sample();
    LabelledRows read = rows.labelled(selection(split), batch -> progress.read(batch, all));
    requireLearnable(read, split);
    return read;
  }

  private void requireLearnable(LabelledRows rows, Selection.Split split) {
    if (rows.rows() == 0) {
      throw split == Selection.Split.EVAL
          ? new StepFailedException(
              ErrorCode.EMPTY_EVALUATION_SPLIT,
              "no row of %d is held out".formatted(frozen.manifest().rows()))
          : new StepFailedException(
              ErrorCode.NO_TRAINING_ROWS,
              "no row of %d is left to train on".formatted(frozen.manifest().rows()));
    }
    int positives = rows.positives();
    if (provenance.kind() == Label.Kind.BINARY && (positives == 0 || positives == rows.rows())) {
      throw new StepFailedException(
          ErrorCode.ONE_CLASS_ONLY,
          "all %d rows of the split %s are %s"
              .formatted(rows.rows(), split, positives > 0 ? "true" : "false"));
    }
  }

  private TrainedTrees learn(
      LabelledRows train, Optional<LabelledRows> eval, TrainingProgress progress)
      throws InterruptedException {
    GradientBoosting learner = provenance.learner();
    return new TreeTrainer(
            learner,
            provenance.kind(),
            provenance.threads(),
            provenance.device() == Provenance.Device.CUDA,
            provenance.seed())
        .train(train, eval, learner.rounds(), learner.earlyStopping(), progress::learned);
  }

  private Made made(FrozenRows rows, TrainedTrees trees, int trainRows, int evalRows)
      throws IOException, InterruptedException {
    String output = provenance.kind() == Label.Kind.BINARY ? TreeModel.SCORE : TreeModel.VALUE;
    byte[] model =
        TreeModel.build(
            frozen.transforms(),
            trees.ensemble(),
            output,
            new TreeMap<>(Map.of(TreeModel.PROVENANCE, provenance.toJson())));
    Parity parity = parity(rows, trees, model);
    Card.Numbers numbers =
        new Card.Numbers(
            trainRows,
            evalRows,
            provenance.sample(),
            trees.best().round(),
            trees.best().metric(),
            trees.train(),
            evalRows == 0 ? null : trees.best().eval(),
            parity.rows(),
            parity.greatest());
    Digest digest = Digest.of(model);
    return new Made(
        model,
        new Card(
            frozen.pipeline().name(),
            digest.sha256(),
            digest.bytes(),
            output,
            numbers,
            candidate,
            provenance));
  }

  private Parity parity(FrozenRows rows, TrainedTrees trees, byte[] model)
      throws IOException, InterruptedException {
    Columns raw = rows.raw(selection(Selection.Split.EVAL), workshop.parityRows());
    if (raw.rows() == 0) {
      throw new StepFailedException(
          ErrorCode.EMPTY_EVALUATION_SPLIT, "no row is held out to compare file and library on");
    }
    try (OnnxModel file = OnnxModel.load(model, provenance.threads())) {
      Parity parity = Parity.of(file, rows.transform(), trees, raw);
      if (!parity.holds()) {
        throw new StepFailedException(
            ErrorCode.PARITY_FAILED,
            "file and XGBoost differ by %s on %d rows, more than %s"
                .formatted(parity.greatest(), parity.rows(), Parity.TOLERANCE));
      }
      return parity;
    }
  }

  private Selection selection(Selection.Split split) {
    return new Selection(split, provenance.sample());
  }
}
