package io.millrace.transformer.fit;

import io.millrace.artifacts.datasets.ColumnStatistics;
import io.millrace.artifacts.datasets.ColumnStatistics.Moments;
import io.millrace.onnx.transform.FittedTransform;
import java.io.IOException;
import java.util.Optional;

/** Mean and standard deviation of the population. */
record FitZScore() implements Fit {
  @Override
  public Optional<FittedTransform> of(String input, ColumnStatistics rows) throws IOException {
    Moments moments = rows.moments(input).orElseThrow();
    return Optional.of(
        new FittedTransform.ScaleToZScore(input, moments.mean(), moments.standardDeviation()));
  }
}
