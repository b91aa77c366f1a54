package io.millrace.evaluator.verdict;

import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Metric;
import io.millrace.statistics.metrics.Measure;
import io.millrace.statistics.metrics.Measurement;
import io.millrace.statistics.metrics.Predictions;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/** All metrics of some predictions. */
public record Measured(long rows, Map<Metric, Measurement> metrics) {
  public Measured {
    metrics = Collections.unmodifiableMap(new EnumMap<>(metrics));
  }

  /** By every metric that is defined for the kind of label. */
  public static Measured of(Label.Kind kind, Predictions predictions) {
    Map<Metric, Measurement> metrics = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      if (metric.fits(kind)) {
        metrics.put(metric, Measure.of(metric).of(predictions));
      }
    }
    return new Measured(predictions.size(), metrics);
  }

  Measurement of(Metric metric) {
    Measurement measurement = metrics.get(metric);
    return measurement == null
        ? new Measurement.Undefined("the metric is not defined for this kind of label")
        : measurement;
  }
}
