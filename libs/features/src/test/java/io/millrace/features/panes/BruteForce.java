package io.millrace.features.panes;

import io.millrace.contracts.pipeline.Windowed;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A windowed feature from the raw values, by the definition alone: those with a time in (⌊t⌋ −
 * window, ⌊t⌋], sums by exact decimal arithmetic. The window must be a multiple of the pane.
 */
final class BruteForce {
  /** A value and when it became known. */
  record Timed(String field, long time, double value) {}

  static @Nullable Object value(Windowed feature, List<Timed> known, long t) {
    long pane = feature.paneMicros();
    long upTo = Math.floorDiv(t, pane) * pane;
    List<Double> values =
        known.stream()
            .filter(one -> one.field().equals(feature.field()))
            .filter(one -> one.time() > upTo - feature.windowMicros() && one.time() <= upTo)
            .map(Timed::value)
            .toList();
    if (values.isEmpty()) {
      return feature.aggregate() == Windowed.Aggregate.COUNT ? (Object) 0L : null;
    }
    return switch (feature.aggregate()) {
      case COUNT -> (long) values.size();
      case SUM -> sum(values);
      case MEAN -> sum(values) / values.size();
      case MIN -> values.stream().min(Double::compare).orElseThrow();
      case MAX -> values.stream().max(Double::compare).orElseThrow();
    };
  }

  private static double sum(List<Double> values) {
    return values.stream()
        .map(BigDecimal::new)
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .doubleValue();
  }

  private BruteForce() {}
}
