package io.millrace.monitor.verdicts;

import io.millrace.contracts.pipeline.Monitor;
import io.millrace.contracts.pipeline.Monitor.Drift;
import io.millrace.monitor.verdicts.FieldDistance.Kind;
import io.millrace.monitor.verdicts.FieldDistance.Outcome;
import io.millrace.statistics.distances.Counts;
import io.millrace.statistics.distances.Distance;
import io.millrace.statistics.histograms.Reference;
import io.millrace.statistics.histograms.ValueHistogram;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Compares a field's values with others, as far as the pipeline file allows them to differ. */
public record DistanceRule(Drift limits) {
  static final int STRANGE = 3;

  /** The other values, if there are any, and whose they are. */
  public record Other(
      @Nullable Integer version, @Nullable Long start, Optional<Reference> reference) {}

  public FieldDistance measure(String field, Kind kind, ValueHistogram values, Other other) {
    long count = values.total();
    if (other.reference().isEmpty()) {
      return new FieldDistance(
          field,
          kind,
          other.version(),
          other.start(),
          count,
          0,
          null,
          null,
          null,
          Outcome.NO_REFERENCE);
    }
    Reference reference = other.reference().get();
    Counts before = reference.counts();
    Counts now = reference.regroup(values);
    OptionalDouble jsd = Distance.JENSEN_SHANNON_BITS.of(before, now);
    OptionalDouble lInfinity =
        reference.isText() ? Distance.L_INFINITY.of(before, now) : OptionalDouble.empty();
    Outcome outcome;
    if (Math.min(count, before.total()) < Math.max(1, limits.minExamples())) {
      outcome = Outcome.TOO_FEW_EXAMPLES;
    } else {
      outcome =
          exceeds(jsd, Monitor.Distance.JSD_BITS) || exceeds(lInfinity, Monitor.Distance.L_INFINITY)
              ? Outcome.EXCEEDED
              : Outcome.WITHIN;
    }
    return new FieldDistance(
        field,
        kind,
        other.version(),
        other.start(),
        count,
        before.total(),
        boxed(jsd),
        boxed(lInfinity),
        jsd.isPresent() ? before.shareBeyond(now, STRANGE) : null,
        outcome);
  }

  private boolean exceeds(OptionalDouble distance, Monitor.Distance which) {
    Double limit = limits.limits().get(which);
    return limit != null && distance.isPresent() && distance.getAsDouble() > limit;
  }

  private static @Nullable Double boxed(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
