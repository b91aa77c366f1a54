package io.millrace.monitor.verdicts;

/** What is thought of a version in a window. */
public sealed interface Verdict {
  /** Its labels are still coming. */
  record Open() implements Verdict {}

  record NotJudged(Reason reason) implements Verdict {
    /** Why there is no verdict. */
    public enum Reason {
      /** Fewer labelled predictions than the pipeline file wants. */
      TOO_FEW_EXAMPLES,
      /** Such as the AUC where all labels are the same. */
      NO_VALUE,
      /** The version has too few earlier windows to be compared with. */
      TOO_FEW_WINDOWS,
      /** The pipeline file names no metric. */
      NOT_WATCHED
    }
  }

  /**
   * As good as before.
   *
   * @param limit the value from which on it were a decay
   */
  record Healthy(double baseline, double limit) implements Verdict {}

  /** Worse than before. */
  record Decayed(double baseline, double limit) implements Verdict {}
}
