package io.millrace.trainer.trees;

import io.millrace.contracts.pipeline.Label;
import io.millrace.contracts.pipeline.Learner.GradientBoosting;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  private static final Pattern METRIC = Pattern.compile("\\t(train|eval)-[a-z]+:(\\S+)");

  /** What is minimised: logloss for BINARY, rmse for REGRESSION. */
  public String metric() {
    return kind == Label.Kind.BINARY ? "logloss" : "rmse";
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
    Round best = report(booster, matrices, 1, rounds, progress);
    for (int round = 2; round <= rounds; round++) {
      if (Thread.interrupted()) {
        throw new InterruptedException("interrupted in round " + round);
      }
      booster.update(matrices.train(), round - 1);
      Round now = report(booster, matrices, round, rounds, progress);
      if (!matrices.hasEval() || earlyStopping == 0 || now.eval() < best.eval()) {
        best = now;
      } else if (round - best.round() >= earlyStopping) {
        break;
      }
    }
    return new TrainedTrees(booster, best);
  }

  private Round report(
      Booster booster, Matrices matrices, int round, int rounds, Consumer<Round> progress)
      throws XGBoostError {
    String line = booster.evalSet(matrices.all(), matrices.names(), round - 1);
    Map<String, Double> values = new HashMap<>();
    Matcher found = METRIC.matcher(line);
    while (found.find()) {
      values.put(found.group(1), Double.valueOf(found.group(2)));
    }
    Round now =
        new Round(
            round,
            rounds,
            metric(),
            values.getOrDefault("train", Double.NaN),
            values.getOrDefault("eval", Double.NaN));
    progress.accept(now);
    return now;
  }

  private Map<String, Object> settings() {
    Map<String, Object> settings = new HashMap<>();
    settings.put("objective", kind == Label.Kind.BINARY ? "binary:logistic" : "reg:squarederror");
    settings.put("eval_metric", metric());
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
      return new Matrices(
          train.matrix(), eval.isPresent() ? Optional.of(eval.get().matrix()) : Optional.empty());
    }

    boolean hasEval() {
      return eval.isPresent();
    }

    DMatrix[] all() {
      return eval.isPresent() ? new DMatrix[] {train, eval.get()} : new DMatrix[] {train};
    }

    String[] names() {
      return eval.isPresent() ? new String[] {"train", "eval"} : new String[] {"train"};
    }

    void dispose() {
      train.dispose();
      eval.ifPresent(DMatrix::dispose);
    }
  }
}
