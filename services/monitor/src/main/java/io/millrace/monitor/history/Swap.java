package io.millrace.monitor.history;

import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.messaging.models.ModelHistory.Move;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Another version became the one that is served.
 *
 * @param eventTime when that was for the examples, as near as the windows tell: in the window in
 *     which the version first predicts, after the share of it that the one before has predicted
 */
public record Swap(Move move, Optional<Instant> eventTime) {

  /** The moves of what is served, in event time as well; a pure function of the newest numbers. */
  public static List<Swap> of(List<Move> moves, List<MetricsMeasured> metrics) {
    List<Swap> swaps = new ArrayList<>();
    Instant after = Instant.MIN;
    for (Move move : moves) {
      Instant last = after;
      Optional<MetricsMeasured> first =
          metrics.stream()
              .filter(m -> m.getVersion() == move.version() && m.getPredictions() > 0)
              .filter(m -> isFirst(move, swaps) || m.getWindowStart().isAfter(last))
              .findFirst();
      swaps.add(new Swap(move, first.map(window -> within(window, move, metrics))));
      after = first.map(MetricsMeasured::getWindowStart).orElse(after);
    }
    return swaps;
  }

  /** A version that was served before has windows from then, which tell nothing of this move. */
  private static boolean isFirst(Move move, List<Swap> earlier) {
    return earlier.stream().noneMatch(swap -> swap.move().version() == move.version());
  }

  private static Instant within(MetricsMeasured first, Move move, List<MetricsMeasured> metrics) {
    long before =
        metrics.stream()
            .filter(m -> m.getWindowStart().equals(first.getWindowStart()))
            .filter(m -> move.previous().filter(v -> v == m.getVersion()).isPresent())
            .mapToLong(MetricsMeasured::getPredictions)
            .sum();
    Duration window = Duration.between(first.getWindowStart(), first.getWindowEnd());
    double share = (double) before / (before + first.getPredictions());
    return first.getWindowStart().plusMillis(Math.round(window.toMillis() * share));
  }
}
