package io.millrace.trainer.rows;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.artifacts.datasets.Batch;
import io.millrace.artifacts.datasets.DataSet;
import io.millrace.artifacts.datasets.Reading;
import io.millrace.artifacts.datasets.Selection;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.runs.StepFailedException;
import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.onnx.transform.TransformGraph;
import io.millrace.trainer.trees.LabelledRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/** Reads frozen rows in batches through the fitted transform, the very graph that will serve. */
public final class FrozenRows implements AutoCloseable {
  private static final int BATCH_ROWS = 8192;

  private final DataSet data;
  private final OnnxModel transform;
  private final String label;

  private FrozenRows(DataSet data, OnnxModel transform, String label) {
    this.data = data;
    this.transform = transform;
    this.label = label;
  }

  /**
   * Opens the rows.
   *
   * @param threads that the transform may use
   * @throws io.millrace.artifacts.ArtifactException when a part is missing or damaged
   */
  public static FrozenRows open(Frozen frozen, ArtifactStore store, Reading reading, int threads)
      throws IOException {
    OnnxModel transform = OnnxModel.load(TransformGraph.build(frozen.transforms()), threads);
    try {
      return new FrozenRows(
          DataSet.open(frozen.manifest(), frozen.pipeline(), store, reading),
          transform,
          frozen.pipeline().label().name());
    } catch (IOException | RuntimeException e) {
      transform.close();
      throw e;
    }
  }

  public OnnxModel transform() {
    return transform;
  }

  /**
   * Fitted features with their labels.
   *
   * @param read is told how many rows each batch had
   * @throws StepFailedException when a label is no number that fits into a float32
   */
  public LabelledRows labelled(Selection selection, IntConsumer read)
      throws IOException, InterruptedException {
    LabelledRows rows = new LabelledRows(transform.width(), Math.toIntExact(data.rows(selection)));
    List<String> names = new ArrayList<>(inputs());
    names.add(label);
    data.scan(
        selection,
        names,
        BATCH_ROWS,
        batch -> {
          rows.add(transform, columns(batch), labels(batch));
          read.accept(batch.rows());
        });
    return rows;
  }

  /**
   * Raw rows, as whoever asks for a prediction gives them: so many where there are, spread by a
   * hash. A hash does not meet a share exactly, so it is a few standard deviations larger.
   */
  public Columns raw(Selection selection, int most) throws IOException, InterruptedException {
    double share = (most + 4 * Math.sqrt(most)) / Math.max(1, data.rows(selection));
    RawRows raw = new RawRows(transform.inputs(), most);
    data.scan(
        new Selection(selection.split(), selection.sample() * Math.min(1, share)),
        inputs(),
        BATCH_ROWS,
        raw::add);
    return raw.columns();
  }

  private List<String> inputs() {
    return transform.inputs().stream().map(OnnxModel.Input::name).toList();
  }

  private Columns columns(Batch batch) {
    Columns columns = new Columns(batch.rows());
    for (OnnxModel.Input input : transform.inputs()) {
      if (input.isText()) {
        columns.texts(input.name(), batch.texts(input.name()));
      } else {
        columns.numbers(input.name(), batch.floats(input.name()));
      }
    }
    return columns;
  }

  private float[] labels(Batch batch) {
    float[] labels = batch.floats(label);
    for (int row = 0; row < labels.length; row++) {
      if (!Float.isFinite(labels[row])) {
        throw new StepFailedException(
            ErrorCode.LABEL_NOT_FINITE,
            "the label %s of row %s is %s"
                .formatted(label, batch.ids()[row], batch.numbers(label)[row]));
      }
    }
    return labels;
  }

  @Override
  public void close() {
    try (OnnxModel closing = transform) {
      data.close();
    }
  }
}
