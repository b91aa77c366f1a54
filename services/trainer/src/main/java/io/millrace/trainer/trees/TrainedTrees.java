package io.millrace.trainer.trees;

import io.millrace.onnx.session.Matrix;
import io.millrace.onnx.trees.TreeEnsemble;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * Trees as XGBoost has them.
 *
 * @param best the round that counts: the last one, or the best when training stopped early
 * @param train the metric on the training rows, after the last round
 */
public record TrainedTrees(Booster booster, Round best, double train) implements AutoCloseable {

  /** The trees up to the best round. */
  public TreeEnsemble ensemble() {
    try {
      return TreeEnsemble.ofXgboost(booster.toByteArray("json"), best.round());
    } catch (XGBoostError e) {
      throw new IllegalStateException("XGBoost does not give its model", e);
    }
  }

  /** Frees XGBoost's memory. */
  @Override
  public void close() {
    booster.dispose();
  }

  /** What XGBoost itself predicts from fitted features. */
  public float[] predict(Matrix features) {
    try {
      DMatrix matrix =
          new DMatrix(features.values(), features.rows(), features.columns(), Float.NaN);
      try {
        float[][] predictions = booster.predict(matrix, false, best.round());
        float[] flat = new float[predictions.length];
        for (int row = 0; row < flat.length; row++) {
          flat[row] = predictions[row][0];
        }
        return flat;
      } finally {
        matrix.dispose();
      }
    } catch (XGBoostError e) {
      throw new IllegalStateException("XGBoost does not predict", e);
    }
  }
}
