package io.millrace.transformer.fit;

import io.millrace.artifacts.datasets.ColumnStatistics;
import io.millrace.contracts.pipeline.Transform;
import io.millrace.onnx.transform.FittedTransform;
import java.io.IOException;
import java.util.Optional;

/** Finds the constants of one operation in the rows to train on; a missing value counts nothing. */
interface Fit {
  /**
   * The operation with its constants for one of its inputs, of which two different values are
   * there; empty when the rows give no such constants.
   */
  Optional<FittedTransform> of(String input, ColumnStatistics rows) throws IOException;

  static Fit of(Transform transform) {
    return switch (transform) {
      case Transform.Identity identity ->
          (input, rows) -> Optional.of(new FittedTransform.Identity(input));
      case Transform.ScaleToZScore scale -> new FitZScore();
      case Transform.Bucketize bucketize -> new FitBuckets(bucketize);
      case Transform.Vocabulary vocabulary -> new FitVocabulary(vocabulary);
      case Transform.OneHot oneHot -> new FitOneHot(oneHot);
    };
  }
}
