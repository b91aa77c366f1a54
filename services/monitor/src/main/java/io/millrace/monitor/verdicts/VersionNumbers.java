package io.millrace.monitor.verdicts;

import io.millrace.contracts.pipeline.Metric;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * How a version did in a window.
 *
 * @param metrics over the labelled predictions; one that has no value is absent
 */
public record VersionNumbers(long predictions, long labelled, Map<Metric, Double> metrics) {
  public VersionNumbers {
    Map<Metric, Double> ordered = new EnumMap<>(Metric.class);
    ordered.putAll(metrics);
    metrics = Collections.unmodifiableMap(ordered);
  }
}
