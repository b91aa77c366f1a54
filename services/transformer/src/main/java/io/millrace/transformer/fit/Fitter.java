package io.millrace.transformer.fit;

import io.millrace.artifacts.datasets.ColumnStatistics;
import io.millrace.artifacts.datasets.ColumnStatistics.Moments;
import io.millrace.artifacts.datasets.DataSet;
import io.millrace.artifacts.datasets.Selection;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Transform;
import io.millrace.messaging.runs.StepFailedException;
import io.millrace.onnx.transform.FittedTransform;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleConsumer;
import java.util.stream.Stream;

/**
 * Fits the transforms of a pipeline to the rows of a data set, leaves out inputs that there is
 * nothing to learn of, and refuses rows that can't do.
 */
record Fitter(Pipeline pipeline, DataSet data) {
  /**
   * What a pass over the rows gives.
   *
   * @param transforms one for each input of each step, in the order of the pipeline file
   * @param leftOut inputs that no transform takes
   */
  record Fitted(
      List<FittedTransform> transforms,
      List<LeftOut> leftOut,
      TrainStatistics statistics,
      long train,
      long eval) {
    Fitted {
      transforms = List.copyOf(transforms);
      leftOut = List.copyOf(leftOut);
    }
  }

  /**
   * Passes over the rows.
   *
   * @param progress takes the share that is done
   */
  Fitted fit(DoubleConsumer progress) throws IOException {
    List<String> inputs = inputs();
    if (inputs.isEmpty()) {
      throw new StepFailedException(
          ErrorCode.NO_MODEL_INPUT, "the pipeline " + pipeline.name() + " has no transform");
    }
    long eval = checkEval();
    ColumnStatistics rows = data.statistics(Selection.TRAIN, withLabel(inputs));
    long train = rows.rows();
    if (train == 0) {
      throw new StepFailedException(ErrorCode.NO_TRAINING_ROWS, "all rows are held out");
    }
    checkClasses(rows, "to train on");
    double steps = 2.0 * inputs.size();
    Map<String, LeftOut> leftOut = leftOut(inputs, rows);
    List<FittedTransform> transforms = new ArrayList<>();
    for (Transform transform : pipeline.transform()) {
      for (String input : transform.inputs()) {
        if (!leftOut.containsKey(input)) {
          Fit.of(transform).of(input, rows).ifPresent(transforms::add);
        }
        progress.accept(Math.min(transforms.size(), inputs.size()) / steps);
      }
    }
    List<String> taken = transforms.stream().map(FittedTransform::input).distinct().toList();
    inputs.stream()
        .filter(input -> !taken.contains(input))
        .forEach(
            input -> leftOut.putIfAbsent(input, new LeftOut(input, ErrorCode.EMPTY_VOCABULARY)));
    if (transforms.isEmpty()) {
      throw new StepFailedException(
          leftOut.values().iterator().next().code(),
          "the %,d rows to train on have nothing to learn from: %s"
              .formatted(train, leftOut.values()));
    }
    TrainStatistics statistics =
        TrainStatistics.of(pipeline, taken, rows, done -> progress.accept(0.5 + done / steps));
    return new Fitted(transforms, List.copyOf(leftOut.values()), statistics, train, eval);
  }

  private Map<String, LeftOut> leftOut(List<String> inputs, ColumnStatistics rows)
      throws IOException {
    Map<String, LeftOut> leftOut = new LinkedHashMap<>();
    for (String input : inputs) {
      LeftOut.of(input, TrainStatistics.isText(pipeline, input), rows)
          .ifPresent(dead -> leftOut.put(input, dead));
    }
    return leftOut;
  }

  /** Every input of a transform, once. */
  private List<String> inputs() {
    return pipeline.transform().stream().flatMap(t -> t.inputs().stream()).distinct().toList();
  }

  private List<String> withLabel(List<String> inputs) {
    return Stream.concat(inputs.stream(), Stream.of(pipeline.label().name())).toList();
  }

  private long checkEval() throws IOException {
    ColumnStatistics rows = data.statistics(Selection.EVAL, List.of(pipeline.label().name()));
    if (rows.rows() == 0) {
      throw new StepFailedException(
          ErrorCode.EMPTY_EVALUATION_SPLIT,
          "no row is held out: the split is %s of %,d rows"
              .formatted(pipeline.evaluate().split().eval(), data.rows(Selection.ALL)));
    }
    checkClasses(rows, "held out");
    return rows.rows();
  }

  private void checkClasses(ColumnStatistics rows, String which) throws IOException {
    Label label = pipeline.label();
    boolean one =
        switch (label.kind()) {
          case BINARY -> rows.moments(label.name()).filter(Fitter::varies).isEmpty();
          case MULTICLASS -> rows.values(label.name(), 2, 1).size() < 2;
          case REGRESSION -> false;
        };
    if (one) {
      throw new StepFailedException(
          ErrorCode.ONE_CLASS_ONLY,
          "the label %s has one class only in the %,d rows %s"
              .formatted(label.name(), rows.rows(), which));
    }
  }

  private static boolean varies(Moments moments) {
    return moments.min() < moments.max();
  }
}
