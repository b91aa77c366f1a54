package io.millrace.transformer.fit;

import io.millrace.artifacts.datasets.ColumnStatistics;
import io.millrace.contracts.pipeline.Transform;
import io.millrace.onnx.transform.FittedTransform;
import java.io.IOException;
import java.util.Optional;

/** Exact quantiles as boundaries; equal ones count once. */
record FitBuckets(Transform.Bucketize transform) implements Fit {
  @Override
  public Optional<FittedTransform> of(String input, ColumnStatistics rows) throws IOException {
    return Optional.of(
        new FittedTransform.Bucketize(input, rows.quantiles(input, transform.buckets())));
  }
}
