package io.millrace.evaluator.scoring;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.datasets.Batch;
import io.millrace.artifacts.datasets.DataSet;
import io.millrace.artifacts.datasets.Manifest;
import io.millrace.artifacts.datasets.Reading;
import io.millrace.artifacts.datasets.Selection;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.evaluator.verdict.ScoredRows;
import io.millrace.messaging.runs.StepFailedException;
import io.millrace.onnx.session.OnnxModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleConsumer;

/** The held-out rows of a manifest, through candidate and champion. */
public record HeldOutRows(
    Manifest manifest, Pipeline pipeline, ArtifactStore store, Reading reading) {
  private static final int BATCH = 4096;

  /** A model to compare with. */
  public record Champion(OnnxModel model, TrainedOn trainedOn) {}

  /**
   * All rows, scored.
   *
   * @param first the first of them as they were read, for requests that look like real ones
   */
  public record Scored(ScoredRows rows, Batch first, float[] firstScores) {}

  /**
   * Scores every row.
   *
   * @param fields by whose values the rows will be grouped
   * @param progress takes the share that is done
   * @throws StepFailedException when there are no rows, or a model answers something that is no
   *     number
   * @throws io.millrace.artifacts.ArtifactException when a part is missing or damaged
   */
  public Scored score(
      OnnxModel candidate,
      Optional<Champion> champion,
      List<String> fields,
      DoubleConsumer progress)
      throws IOException, InterruptedException {
    ModelInputs inputs = ModelInputs.of(pipeline);
    try (DataSet data = DataSet.open(manifest, pipeline, store, reading)) {
      long total = data.rows(Selection.EVAL);
      ScoredRows rows = new ScoredRows(fields);
      List<Scored> first = new ArrayList<>();
      data.scan(
          Selection.EVAL,
          columns(inputs, candidate, champion, fields),
          BATCH,
          batch -> {
            float[] scores = scores(candidate, inputs, batch, rows.size());
            if (first.isEmpty()) {
              first.add(new Scored(rows, batch, scores));
            }
            add(rows, batch, inputs, scores, champion);
            progress.accept((double) rows.size() / total);
          });
      if (first.isEmpty()) {
        throw new StepFailedException(
            ErrorCode.EMPTY_EVALUATION_SPLIT, "no row of the manifest is held out");
      }
      return first.getFirst();
    }
  }

  private void add(
      ScoredRows rows,
      Batch batch,
      ModelInputs inputs,
      float[] scores,
      Optional<Champion> champion) {
    double[] labels = batch.numbers(pipeline.label().name());
    Optional<float[]> others =
        champion.map(other -> scores(other.model(), inputs, batch, rows.size()));
    for (int i = 0; i < batch.rows(); i++) {
      int row = i;
      boolean unseen =
          champion
              .filter(c -> !c.trainedOn().contains(batch.ids()[row], batch.times()[row]))
              .isPresent();
      rows.add(
          labels[row],
          scores[row],
          others.map(other -> other[row]).orElse(0f),
          unseen,
          rows.fields().stream().map(field -> inputs.text(field, batch, row)).toList());
    }
  }

  private List<String> columns(
      ModelInputs inputs, OnnxModel candidate, Optional<Champion> champion, List<String> fields) {
    Set<String> columns = new LinkedHashSet<>();
    columns.add(pipeline.label().name());
    columns.addAll(fields);
    List<OnnxModel.Input> taken = new ArrayList<>(candidate.inputs());
    champion.ifPresent(other -> taken.addAll(other.model().inputs()));
    taken.stream().filter(inputs::has).map(OnnxModel.Input::name).forEach(columns::add);
    return List.copyOf(columns);
  }

  private static float[] scores(OnnxModel model, ModelInputs inputs, Batch batch, int before) {
    float[] scores = model.run(inputs.columns(model.inputs(), batch)).values();
    for (int row = 0; row < scores.length; row++) {
      if (!Float.isFinite(scores[row])) {
        throw new StepFailedException(
            ErrorCode.MODEL_OUTPUT_NOT_FINITE,
            "held-out row %d is answered with %s".formatted(before + row + 1, scores[row]));
      }
    }
    return scores;
  }
}
