package io.millrace.transformer.fit;

import io.millrace.artifacts.datasets.ColumnStatistics;
import io.millrace.artifacts.datasets.ColumnStatistics.ValueCount;
import io.millrace.contracts.pipeline.Transform;
import io.millrace.onnx.transform.FittedTransform;
import java.io.IOException;

/** A column for each of the most frequent strings. */
record FitOneHot(Transform.OneHot transform) implements Fit {
  @Override
  public FittedTransform of(String input, ColumnStatistics rows) throws IOException {
    return new FittedTransform.OneHot(
        input, rows.values(input, transform.topK(), 1).stream().map(ValueCount::value).toList());
  }
}
