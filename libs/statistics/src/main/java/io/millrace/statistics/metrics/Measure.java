package io.millrace.statistics.metrics;

import io.millrace.contracts.pipeline.Metric;

/** One metric as a function of predictions; their order does not count beyond the last bits. */
public interface Measure {
  Measurement of(Predictions predictions);

  /** The function of a metric of the pipeline file. */
  static Measure of(Metric metric) {
    return switch (metric) {
      case AUC -> new Auc();
      case LOG_LOSS -> new LogLoss(LogLoss.FLOAT_EPSILON);
      case ACCURACY -> new Accuracy();
      case PRECISION -> new Precision();
      case RECALL -> new Recall();
      case MAE -> new MeanAbsoluteError();
      case RMSE -> new RootMeanSquaredError();
      case R2 -> new R2();
    };
  }
}
