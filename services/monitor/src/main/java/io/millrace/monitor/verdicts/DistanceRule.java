package io.millrace.monitor.verdicts;

import io.millrace.contracts.pipeline.Monitor;
import io.millrace.contracts.pipeline.Monitor.Drift;
import io.millrace.monitor.verdicts.FieldDistance.Kind;
import io.millrace.monitor.verdicts.FieldDistance.Outcome;
import io.millrace.statistics.distances.Counts;
import io.millrace.statistics.distances.Distance;
import io.millrace.statistics.histograms.Reference;
import io.millrace.statistics.histograms.Reference.Sides;
import io.millrace.statistics.histograms.ValueHistogram;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** Compares a field's values with others, as far as the pipeline file allows them to differ. */
public record DistanceRule(Drift drift) {
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
          null,
          null,
          Outcome.NO_REFERENCE);
    }
    Reference reference = other.reference().get();
    Sides sides = reference.with(values);
    Counts before = sides.reference();
    Counts now = sides.values();
    Measured jsd = Measured.of(Distance.JENSEN_SHANNON_BITS, before, now);
    Measured lInfinity =
        sides.text() ? Measured.of(Distance.L_INFINITY, before, now) : Measured.NONE;
    Map<Monitor.Distance, Double> limits = drift.limits(field);
    Outcome outcome;
    if (Math.min(count, reference.total()) < Math.max(1, drift.minExamples())) {
      outcome = Outcome.TOO_FEW_EXAMPLES;
    } else {
      outcome =
          jsd.exceeds(limits.get(Monitor.Distance.JSD_BITS))
                  || lInfinity.exceeds(limits.get(Monitor.Distance.L_INFINITY))
              ? Outcome.EXCEEDED
              : Outcome.WITHIN;
    }
    return new FieldDistance(
        field,
        kind,
        other.version(),
        other.start(),
        count,
        reference.total(),
        jsd.distance(),
        jsd.chance(),
        lInfinity.distance(),
        lInfinity.chance(),
        jsd.distance() != null ? before.shareBeyond(now, STRANGE) : null,
        outcome);
  }

  /** A distance, and how great it may be by chance; null when a side has no values. */
  private record Measured(@Nullable Double distance, @Nullable Double chance) {
    static final Measured NONE = new Measured(null, null);

    static Measured of(Distance distance, Counts before, Counts now) {
      OptionalDouble measured = distance.of(before, now);
      return measured.isEmpty()
          ? NONE
          : new Measured(measured.getAsDouble(), distance.chance(before, now).getAsDouble());
    }

    /** Chance is not counted against a field. */
    boolean exceeds(@Nullable Double limit) {
      return limit != null && distance != null && chance != null && distance > limit + chance;
    }
  }
}
