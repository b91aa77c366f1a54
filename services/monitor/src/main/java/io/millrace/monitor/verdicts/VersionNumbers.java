package io.millrace.monitor.verdicts;

import io.millrace.contracts.pipeline.Metric;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a version did in a window.
 *
 * @param metrics over the labelled predictions; one that has no value is absent
 * @param expected the metrics that their scores alone lead to expect; of a BINARY label
 */
public record VersionNumbers(
    long predictions, long labelled, Map<Metric, Double> metrics, Map<Metric, Double> expected) {
  public VersionNumbers {
    metrics = ordered(metrics);
    expected = ordered(expected);
  }

  private static Map<Metric, Double> ordered(@Nullable Map<Metric, Double> metrics) {
    Map<Metric, Double> ordered = new EnumMap<>(Metric.class);
    if (metrics != null) { // as in what an earlier Millrace has kept
      ordered.putAll(metrics);
    }
    return Collections.unmodifiableMap(ordered);
  }
}
