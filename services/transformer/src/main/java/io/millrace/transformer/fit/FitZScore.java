package io.millrace.transformer.fit;

import io.millrace.artifacts.datasets.ColumnStatistics;
import io.millrace.artifacts.datasets.ColumnStatistics.Moments;
import io.millrace.onnx.transform.FittedTransform;
import java.io.IOException;

/** Mean and standard deviation of the population. */
record FitZScore() implements Fit {
  @Override
  public FittedTransform of(String input, ColumnStatistics rows) throws IOException {
    Moments moments = rows.moments(input).orElseThrow();
    return new FittedTransform.ScaleToZScore(input, moments.mean(), moments.standardDeviation());
  }
}
