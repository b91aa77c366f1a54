package io.millrace.evaluator.verdict;

import io.millrace.contracts.pipeline.Evaluate;
import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Threshold;
import io.millrace.statistics.metrics.Predictions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Judges a candidate as TensorFlow Model Analysis does.
 *
 * @param leastUnseen a change is not judged on fewer rows that the champion was not trained on
 * @param mostSlices of each grouping, the largest ones
 */
public record Judge(Label.Kind kind, Evaluate rules, int leastUnseen, int mostSlices) {

  /** The fields by whose values rows must be grouped. */
  public List<String> fields() {
    Set<String> fields = new LinkedHashSet<>();
    rules.slices().forEach(fields::addAll);
    rules.thresholds().forEach(threshold -> fields.addAll(threshold.slice().keySet()));
    return List.copyOf(fields);
  }

  /**
   * @param champion its version, if there is one
   */
  public Verdict judge(ScoredRows rows, Optional<Integer> champion) {
    long unseen = champion.isPresent() ? rows.unseen(rows.all()).length : 0;
    List<Check> checks = new ArrayList<>();
    for (Threshold threshold : rules.thresholds()) {
      Slice slice = new Slice(threshold.slice());
      SliceResult result = result(slice, rows.of(slice), rows, champion.isPresent());
      checks.add(new Check(threshold, slice, outcome(threshold, result, unseen)));
    }
    List<SliceResult> slices = new ArrayList<>();
    slices.add(result(Slice.ALL, rows.all(), rows, champion.isPresent()));
    int omitted = 0;
    for (List<String> grouping : rules.slices()) {
      if (!grouping.isEmpty()) {
        List<Map.Entry<Slice, int[]>> found = new ArrayList<>(rows.by(grouping).entrySet());
        found.sort(
            Comparator.comparing((Map.Entry<Slice, int[]> entry) -> -entry.getValue().length)
                .thenComparing(entry -> entry.getKey().text()));
        found.stream()
            .limit(mostSlices)
            .map(entry -> result(entry.getKey(), entry.getValue(), rows, champion.isPresent()))
            .forEach(slices::add);
        omitted += Math.max(0, found.size() - mostSlices);
      }
    }
    return new Verdict(
        rows.size(), champion, unseen, shortages(rows.candidate()), checks, slices, omitted);
  }

  private List<Verdict.Shortage> shortages(Predictions heldOut) {
    List<Verdict.Shortage> shortages = new ArrayList<>();
    shortage("held-out rows", heldOut.size(), rules.least().rows()).ifPresent(shortages::add);
    if (kind == Label.Kind.BINARY) {
      long positive = IntStream.range(0, heldOut.size()).filter(i -> heldOut.label(i) > 0).count();
      int least = rules.least().ofEachClass();
      shortage("held-out rows labelled true", positive, least).ifPresent(shortages::add);
      shortage("held-out rows labelled false", heldOut.size() - positive, least)
          .ifPresent(shortages::add);
    }
    return shortages;
  }

  private static Optional<Verdict.Shortage> shortage(String of, long rows, long least) {
    return rows < least ? Optional.of(new Verdict.Shortage(of, rows, least)) : Optional.empty();
  }

  private Check.Outcome outcome(Threshold threshold, SliceResult result, long unseen) {
    if (result.candidate().rows() == 0) {
      return new Check.Outcome.Failed(
          Check.Reason.MISSING_SLICE, "no held-out row has " + result.slice().text());
    }
    return switch (threshold) {
      case Threshold.Value value -> Bounds.check(value, result.candidate());
      case Threshold.Change change -> {
        if (result.comparison().isEmpty()) {
          yield new Check.Outcome.Skipped();
        }
        yield unseen < leastUnseen
            ? new Check.Outcome.Failed(
                Check.Reason.INSUFFICIENT_ROWS,
                "%d held-out rows are none that the champion was trained on, fewer than %d"
                    .formatted(unseen, leastUnseen))
            : Bounds.check(change, result.comparison().get());
      }
    };
  }

  private SliceResult result(Slice slice, int[] members, ScoredRows rows, boolean compared) {
    int[] unseen = rows.unseen(members);
    return new SliceResult(
        slice,
        Measured.of(kind, rows.candidate(members)),
        compared
            ? Optional.of(
                new SliceResult.Comparison(
                    Measured.of(kind, rows.candidate(unseen)),
                    Measured.of(kind, rows.champion(unseen))))
            : Optional.empty());
  }
}
