package io.millrace.trainer.trees;

import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Learner.GradientBoosting;
import io.millrace.contracts.pipeline.Metric;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Trains with XGBoost's histogram method. Equal rows in equal order give equal trees on a CPU,
 * however many threads there are.
 *
 * @param threads that XGBoost may use
 * @param cuda whether it runs on a GPU
 * @param seed of whatever XGBoost draws
 */
public record TreeTrainer(
    GradientBoosting parameters, Label.Kind kind, int threads, boolean cuda, long seed) {
  /**
   * What tells the better round: the first metric that is defined for the label's kind.
   *
   * @throws IllegalArgumentException when the label is neither BINARY nor REGRESSION
   */
  public Metric metric() {
    return switch (kind) {
      case BINARY -> Metric.AUC;
      case REGRESSION -> Metric.RMSE;
      case MULTICLASS -> throw new IllegalArgumentException("no trees for a label of " + kind);
    };
  }

  private boolean isBetter(double value, double than) {
    return metric().higherIsBetter() ? value > than : value < than;
  }

  /**
   * Trains round by round.
   *
   * @param eval rows that stop the training when they have not got better for a while
   * @param rounds the most rounds
   * @param earlyStopping how many rounds without a better one end it; 0 for never
   * @throws InterruptedException when the thread was interrupted between two rounds
   */
  public TrainedTrees train(
      LabelledRows train,
      Optional<LabelledRows> eval,
      int rounds,
      int earlyStopping,
      Consumer<Round> progress)
      throws InterruptedException {
    try {
      Matrices matrices = Matrices.of(train, eval);
      try {
        return train(matrices, rounds, earlyStopping, progress);
      } finally {
        matrices.dispose();
      }
    } catch (XGBoostError e) {
      throw new IllegalStateException("XGBoost failed: " + e.getMessage(), e);
    }
  }

  private TrainedTrees train(
      Matrices matrices, int rounds, int earlyStopping, Consumer<Round> progress)
      throws XGBoostError, InterruptedException {
    Booster booster = XGBoost.train(matrices.train(), settings(), 1, Map.of(), null, null);
    boolean given = false;
    try {
      TrainedTrees trees = train(booster, matrices, rounds, earlyStopping, progress);
      given = true;
      return trees;
    } finally {
      if (!given) {
        booster.dispose();
      }
    }
  }

  private TrainedTrees train(
      Booster booster, Matrices matrices, int rounds, int earlyStopping, Consumer<Round> progress)
      throws XGBoostError, InterruptedException {
    Round now = report(booster, matrices, 1, rounds, progress);
    Round best = now;
    for (int round = 2; round <= rounds; round++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted in round " + round);
      }
      booster.update(matrices.train(), round - 1);
      now = report(booster, matrices, round, rounds, progress);
      if (!matrices.hasEval() || earlyStopping == 0 || isBetter(now.eval(), best.eval())) {
        best = now;
      } else if (round - best.round() >= earlyStopping) {
        break;
      }
    }
    double train = value(booster, matrices.train(), now.round());
    return new TrainedTrees(booster, best, train);
  }

  private Round report(
      Booster booster, Matrices matrices, int round, int rounds, Consumer<Round> progress)
      throws XGBoostError {
    double eval =
        matrices.eval().isPresent() ? value(booster, matrices.eval().get(), round) : Double.NaN;
    Round now = new Round(round, rounds, name(), eval);
    progress.accept(now);
    return now;
  }

  /** The metric after so many rounds; costs as much as a round where there are as many rows. */
  private static double value(Booster booster, DMatrix rows, int round) throws XGBoostError {
    String line = booster.evalSet(new DMatrix[] {rows}, new String[] {"rows"}, round - 1);
    return Double.parseDouble(line.substring(line.lastIndexOf(':') + 1));
  }

  /** As XGBoost calls it. */
  private String name() {
    return metric().name().toLowerCase(Locale.ROOT);
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("objective", kind == Label.Kind.BINARY ? "binary:logistic" : "reg:squarederror");
    settings.put("eval_metric", name());
    settings.put("tree_method", "hist");
    settings.put("device", cuda ? "cuda" : "cpu");
    settings.put("max_depth", parameters.maxDepth());
    settings.put("eta", parameters.learningRate());
    settings.put("nthread", threads);
    settings.put("seed", seed);
    settings.put("verbosity", 0);
    return settings;
  }

  private record Matrices(DMatrix train, Optional<DMatrix> eval) {
    static Matrices of(LabelledRows train, Optional<LabelledRows> eval) throws XGBoostError {
      DMatrix first = train.matrix();
      try {
        return new Matrices(
            first, eval.isPresent() ? Optional.of(eval.get().matrix()) : Optional.empty());
      } catch (XGBoostError | RuntimeException e) {
        first.dispose();
        throw e;
      }
    }

    boolean hasEval() {
      return eval.isPresent();
    }

    void dispose() {
      train.dispose();
      eval.ifPresent(DMatrix::dispose);
    }
  }
}
