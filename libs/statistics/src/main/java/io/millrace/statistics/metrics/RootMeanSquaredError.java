package io.millrace.statistics.metrics;

/** Root of the mean of (score − label)². */
final class RootMeanSquaredError implements Measure {
  @Override
  public Measurement of(Predictions predictions) {
    return switch (Mean.over(predictions, row -> R2.squaredError(predictions, row))) {
      case Measurement.Value mean -> new Measurement.Value(Math.sqrt(mean.value()));
      case Measurement.Undefined undefined -> undefined;
    };
  }
}
