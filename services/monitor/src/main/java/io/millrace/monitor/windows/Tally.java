package io.millrace.monitor.windows;

import io.millrace.contracts.pipeline.Label;
import io.millrace.statistics.histograms.ErrorSums;
import io.millrace.statistics.histograms.ScoreHistogram;
import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Counts predictions and their labels, in the order in which they come. */
public final class Tally {
  /** More different strings of an input in a window than these are counted as one. */
  static final int MOST_TEXTS = 10_000;

  private static final BigDecimal MOST = BigDecimal.valueOf(MOST_TEXTS);

  private final Cells cells;
  private final Label.Kind kind;

  public Tally(Cells cells, Label.Kind kind) {
    this.cells = cells;
    this.kind = kind;
  }

  /**
   * A prediction was made.
   *
   * @param window where the window of its example begins
   * @param features by the model's inputs: Double, String or missing
   */
  public void predicted(
      long window, int version, @Nullable Double score, Map<String, @Nullable Object> features) {
    cells.count(window, new Group.Version(version), new Cell.Predictions());
    count(window, new Group.Scores(version), score);
    features.forEach((name, value) -> count(window, new Group.Input(name), value));
  }

  /**
   * The label of a prediction came.
   *
   * @param label BINARY: 1 for true, 0 for false
   */
  public void labelled(long window, int version, double score, double label) {
    Group group = new Group.Version(version);
    switch (kind) {
      case BINARY ->
          cells.count(window, group, new Cell.Labelled(label == 1, ScoreHistogram.range(score)));
      case REGRESSION -> {
        ErrorSums sums = ErrorSums.of(score, label);
        cells.count(window, group, new Cell.Sum(Cell.Sum.Of.ROWS));
        cells.add(window, group, new Cell.Sum(Cell.Sum.Of.ABSOLUTE), sums.absolute());
        cells.add(window, group, new Cell.Sum(Cell.Sum.Of.SQUARED), sums.squared());
        cells.add(window, group, new Cell.Sum(Cell.Sum.Of.LABELS), sums.labels());
        cells.add(window, group, new Cell.Sum(Cell.Sum.Of.LABEL_SQUARES), sums.labelSquares());
      }
      case MULTICLASS -> throw new IllegalStateException("a class is no score");
    }
  }

  private void count(long window, Group group, @Nullable Object value) {
    switch (value) {
      case Double number when !number.isNaN() -> cells.countNumber(window, group, number);
      case CharSequence text -> countText(window, group, text.toString());
      case null, default -> cells.count(window, group, new Cell.Missing());
    }
  }

  private void countText(long window, Group group, String text) {
    Cell cell = new Cell.Text(text);
    if (cells.get(window, group, cell).signum() == 0) {
      if (cells.get(window, group, new Cell.Distinct()).compareTo(MOST) >= 0) {
        cells.count(window, group, new Cell.Others());
        return;
      }
      cells.count(window, group, new Cell.Distinct());
    }
    cells.count(window, group, cell);
  }
}
