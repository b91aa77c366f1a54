package io.millrace.contracts.pipeline;

import io.millrace.contracts.pipeline.Label.Kind;
import java.util.EnumSet;
import java.util.Set;

/** What a model is judged by. */
public enum Metric {
  /** Area under the ROC curve. */
  AUC(true, EnumSet.of(Kind.BINARY)),
  ACCURACY(true, EnumSet.of(Kind.BINARY, Kind.MULTICLASS)),
  /** The share of true labels among those predicted true. */
  PRECISION(true, EnumSet.of(Kind.BINARY)),
  /** The share of true labels that were predicted true. */
  RECALL(true, EnumSet.of(Kind.BINARY)),
  LOG_LOSS(false, EnumSet.of(Kind.BINARY, Kind.MULTICLASS)),
  /** Root of the mean squared error. */
  RMSE(false, EnumSet.of(Kind.REGRESSION)),
  /** Mean absolute error. */
  MAE(false, EnumSet.of(Kind.REGRESSION)),
  /** Coefficient of determination. */
  R2(true, EnumSet.of(Kind.REGRESSION));

  private final boolean higherIsBetter;
  private final Set<Kind> kinds;

  Metric(boolean higherIsBetter, EnumSet<Kind> kinds) {
    this.higherIsBetter = higherIsBetter;
    this.kinds = Set.copyOf(kinds);
  }

  public boolean higherIsBetter() {
    return higherIsBetter;
  }

  /** Whether it is defined for this kind of label. */
  public boolean fits(Kind kind) {
    return kinds.contains(kind);
  }
}
