package io.millrace.contracts.pipeline;

/** The kind of model, with its parameters. */
public sealed interface Learner {
  record GradientBoosting(int rounds, int maxDepth, double learningRate) implements Learner {
    public static final GradientBoosting DEFAULT = new GradientBoosting(100, 6, 0.1);
  }
}
