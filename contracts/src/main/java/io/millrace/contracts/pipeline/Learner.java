package io.millrace.contracts.pipeline;

/** The kind of model, with its parameters. */
public sealed interface Learner {
  /**
   * Trees, each of which corrects those before it.
   *
   * @param rounds how many trees at most
   * @param earlyStopping after how many rounds without a better evaluation training ends; 0: never
   */
  record GradientBoosting(int rounds, int maxDepth, double learningRate, int earlyStopping)
      implements Learner {
    public static final GradientBoosting DEFAULT = new GradientBoosting(100, 6, 0.1, 10);
  }
}
