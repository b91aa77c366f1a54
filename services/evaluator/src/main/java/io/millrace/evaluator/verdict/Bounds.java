package io.millrace.evaluator.verdict;

import io.millrace.contracts.pipeline.Metric;
import io.millrace.contracts.pipeline.Threshold;
import io.millrace.contracts.pipeline.Threshold.Direction;
import io.millrace.statistics.metrics.Measurement;
import java.util.Locale;
import java.util.OptionalDouble;

/** Compares metrics with thresholds; a bound itself is within. */
final class Bounds {
  private Bounds() {}

  static Check.Outcome check(Threshold.Value threshold, Measured candidate) {
    return switch (candidate.of(threshold.metric())) {
      case Measurement.Undefined undefined -> undefined(threshold.metric(), undefined);
      case Measurement.Value measured -> {
        double value = measured.value();
        if (value < threshold.lowerBound().orElse(Double.NEGATIVE_INFINITY)) {
          yield beyond(threshold.metric(), value, "below", threshold.lowerBound());
        }
        if (value > threshold.upperBound().orElse(Double.POSITIVE_INFINITY)) {
          yield beyond(threshold.metric(), value, "above", threshold.upperBound());
        }
        yield new Check.Outcome.Passed(value, OptionalDouble.empty());
      }
    };
  }

  static Check.Outcome check(Threshold.Change threshold, SliceResult.Comparison comparison) {
    Measurement candidate = comparison.candidate().of(threshold.metric());
    Measurement champion = comparison.champion().of(threshold.metric());
    if (candidate instanceof Measurement.Undefined undefined) {
      return undefined(threshold.metric(), undefined);
    }
    if (champion instanceof Measurement.Undefined undefined) {
      return undefined(threshold.metric(), undefined);
    }
    double now = ((Measurement.Value) candidate).value();
    double before = ((Measurement.Value) champion).value();
    double change = now - before;
    double share = change == 0 ? 0 : change / Math.abs(before);
    boolean passes =
        within(threshold.direction(), change, threshold.absolute())
            && within(threshold.direction(), share, threshold.relative());
    return passes
        ? new Check.Outcome.Passed(now, OptionalDouble.of(before))
        : new Check.Outcome.Failed(
            Check.Reason.WORSE_THAN_CHAMPION,
            "%s is %s, the champion's on the same rows is %s"
                .formatted(name(threshold.metric()), now, before),
            OptionalDouble.of(now),
            OptionalDouble.of(before));
  }

  private static boolean within(Direction direction, double change, OptionalDouble bound) {
    return bound.isEmpty()
        || switch (direction) {
          case HIGHER_IS_BETTER -> change >= bound.getAsDouble();
          case LOWER_IS_BETTER -> change <= bound.getAsDouble();
        };
  }

  private static Check.Outcome beyond(
      Metric metric, double value, String side, OptionalDouble bound) {
    return new Check.Outcome.Failed(
        Check.Reason.BEYOND_BOUND,
        "%s is %s, %s %s".formatted(name(metric), value, side, bound.orElseThrow()),
        OptionalDouble.of(value),
        OptionalDouble.empty());
  }

  private static Check.Outcome undefined(Metric metric, Measurement.Undefined undefined) {
    return new Check.Outcome.Failed(
        Check.Reason.UNDEFINED, name(metric) + " is undefined: " + undefined.reason());
  }

  private static String name(Metric metric) {
    return metric.name().toLowerCase(Locale.ROOT);
  }
}
