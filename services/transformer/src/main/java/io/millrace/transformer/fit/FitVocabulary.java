package io.millrace.transformer.fit;

import io.millrace.artifacts.datasets.ColumnStatistics;
import io.millrace.artifacts.datasets.ColumnStatistics.ValueCount;
import io.millrace.contracts.pipeline.Transform;
import io.millrace.onnx.transform.FittedTransform;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The most frequent strings that are frequent enough. */
record FitVocabulary(Transform.Vocabulary transform) implements Fit {
  @Override
  public Optional<FittedTransform> of(String input, ColumnStatistics rows) throws IOException {
    List<String> values =
        rows.values(input, transform.topK(), transform.minFrequency()).stream()
            .map(ValueCount::value)
            .toList();
    return values.isEmpty()
        ? Optional.empty()
        : Optional.of(new FittedTransform.Vocabulary(input, values, transform.oovBuckets()));
  }
}
