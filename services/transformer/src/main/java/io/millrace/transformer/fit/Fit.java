package io.millrace.transformer.fit;

import io.millrace.artifacts.datasets.ColumnStatistics;
import io.millrace.contracts.pipeline.Transform;
import io.millrace.onnx.transform.FittedTransform;
import java.io.IOException;

/** Finds the constants of one operation in the rows to train on; a missing value counts nothing. */
interface Fit {
  /**
   * The operation with its constants for one of its inputs, of which a value is there.
   *
   * @throws io.millrace.messaging.runs.StepFailedException when the rows give no such constants
   */
  FittedTransform of(String input, ColumnStatistics rows) throws IOException;

  static Fit of(Transform transform) {
    return switch (transform) {
      case Transform.Identity identity -> (input, rows) -> new FittedTransform.Identity(input);
      case Transform.ScaleToZScore scale -> new FitZScore();
      case Transform.Bucketize bucketize -> new FitBuckets(bucketize);
      case Transform.Vocabulary vocabulary -> new FitVocabulary(vocabulary);
      case Transform.OneHot oneHot -> new FitOneHot(oneHot);
    };
  }
}
