package io.millrace.monitor.verdicts;

import java.util.Optional;

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
   * What the watched metric is compared with.
   *
   * @param baseline its median in some earlier windows of the version
   * @param limit the value from which on it is a decay
   */
  record Bound(double baseline, double limit) {}

  /**
   * As good as before.
   *
   * @param usual by the version's last good windows
   * @param first by its first ones, if the pipeline file has them compared with
   */
  record Healthy(Bound usual, Optional<Bound> first) implements Verdict {}

  /** Worse than before. */
  record Decayed(Bound usual, Optional<Bound> first, Crossed crossed) implements Verdict {
    /** Which limit was crossed. */
    public enum Crossed {
      USUAL,
      FIRST,
      BOTH
    }
  }
}
