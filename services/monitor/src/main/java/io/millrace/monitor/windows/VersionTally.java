package io.millrace.monitor.windows;

import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Metric;
import io.millrace.statistics.histograms.ErrorSums;
import io.millrace.statistics.histograms.ScoreHistogram;
import io.millrace.statistics.metrics.Measurement;
import java.math.BigDecimal;
import java.util.EnumMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * How a version did in a window, as far as it is known.
 *
 * @param scores of a BINARY label
 * @param errors of a REGRESSION label
 */
public record VersionTally(long predictions, ScoreHistogram scores, ErrorSums errors) {
  public static final VersionTally EMPTY =
      new VersionTally(0, ScoreHistogram.EMPTY, ErrorSums.EMPTY);

  /** From the cells of {@link Group.Version}. */
  public static VersionTally of(byte[] cells) {
    SortedMap<Integer, Long> negatives = new TreeMap<>();
    SortedMap<Integer, Long> positives = new TreeMap<>();
    Map<Cell.Sum.Of, BigDecimal> sums = new EnumMap<>(Cell.Sum.Of.class);
    long[] predictions = new long[1];
    CellsCodec.read(
        cells,
        (cell, value) -> {
          switch (cell) {
            case Cell.Predictions p -> predictions[0] = value.longValueExact();
            case Cell.Labelled labelled ->
                (labelled.label() ? positives : negatives)
                    .put(labelled.range(), value.longValueExact());
            case Cell.Sum sum -> sums.put(sum.of(), value);
            case Cell.Number n -> throw misplaced(n);
            case Cell.Text t -> throw misplaced(t);
            case Cell.Others o -> throw misplaced(o);
            case Cell.Missing m -> throw misplaced(m);
            case Cell.Distinct d -> throw misplaced(d);
          }
        });
    return new VersionTally(
        predictions[0],
        new ScoreHistogram(negatives, positives),
        new ErrorSums(
            sum(sums, Cell.Sum.Of.ROWS).longValueExact(),
            sum(sums, Cell.Sum.Of.ABSOLUTE),
            sum(sums, Cell.Sum.Of.SQUARED),
            sum(sums, Cell.Sum.Of.LABELS),
            sum(sums, Cell.Sum.Of.LABEL_SQUARES)));
  }

  public VersionTally plus(VersionTally other) {
    return new VersionTally(
        predictions + other.predictions, scores.plus(other.scores), errors.plus(other.errors));
  }

  public long labelled() {
    return scores.total() + errors.rows();
  }

  /** The metrics of a kind of label that have a value. */
  public Map<Metric, Double> metrics(Label.Kind kind) {
    return switch (kind) {
      case BINARY -> values(kind, scores::measure);
      case REGRESSION -> values(kind, errors::measure);
      case MULTICLASS -> Map.of();
    };
  }

  /** What the scores alone lead to expect of them. */
  public Map<Metric, Double> expected(Label.Kind kind) {
    return kind == Label.Kind.BINARY ? values(kind, scores::expected) : Map.of();
  }

  private static Map<Metric, Double> values(
      Label.Kind kind, Function<Metric, Measurement> measure) {
    Map<Metric, Double> values = new EnumMap<>(Metric.class);
    for (Metric metric : Metric.values()) {
      if (metric.fits(kind) && measure.apply(metric) instanceof Measurement.Value(double value)) {
        values.put(metric, value);
      }
    }
    return values;
  }

  private static BigDecimal sum(Map<Cell.Sum.Of, BigDecimal> sums, Cell.Sum.Of of) {
    return sums.getOrDefault(of, BigDecimal.ZERO);
  }

  private static IllegalArgumentException misplaced(Cell cell) {
    return new IllegalArgumentException("not a version's: " + cell);
  }
}
