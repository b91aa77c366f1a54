package io.millrace.transformer.fit;

import io.millrace.artifacts.datasets.ColumnStatistics;
import io.millrace.artifacts.datasets.ColumnStatistics.ValueCount;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Transform;
import io.millrace.messaging.runs.StepFailedException;
import io.millrace.onnx.transform.FittedTransform;
import java.io.IOException;
import java.util.List;

/** The most frequent strings that are frequent enough. */
record FitVocabulary(Transform.Vocabulary transform) implements Fit {
  @Override
  public FittedTransform of(String input, ColumnStatistics rows) throws IOException {
    List<String> values =
        rows.values(input, transform.topK(), transform.minFrequency()).stream()
            .map(ValueCount::value)
            .toList();
    if (values.isEmpty()) {
      throw new StepFailedException(
          ErrorCode.EMPTY_VOCABULARY,
          "no value of %s occurs %,d times in the rows to train on"
              .formatted(input, transform.minFrequency()));
    }
    return new FittedTransform.Vocabulary(input, values, transform.oovBuckets());
  }
}
