package io.millrace.transformer.fit;

import io.millrace.artifacts.datasets.ColumnStatistics;
import io.millrace.artifacts.datasets.ColumnStatistics.ValueCount;
import io.millrace.contracts.pipeline.Transform;
import io.millrace.onnx.transform.FittedTransform;
import java.io.IOException;
import java.util.Optional;

/** A column for each of the most frequent strings. */
record FitOneHot(Transform.OneHot transform) implements Fit {
  @Override
  public Optional<FittedTransform> of(String input, ColumnStatistics rows) throws IOException {
    return Optional.of(
        new FittedTransform.OneHot(
            input,
            rows.values(input, transform.topK(), 1).stream().map(ValueCount::value).toList()));
  }
}
