package io.millrace.trainer.trees;

import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether XGBoost can train on a GPU. Asked for the device {@code cuda} it goes on silently on the
 * CPU when it can't; asked for the updater that only a GPU has, it says so.
 */
public final class Cuda {
  private static final Logger LOG = LoggerFactory.getLogger(Cuda.class);

  private Cuda() {}

  /** Trains one small tree to find out; takes a while where there is a GPU. */
  public static boolean isAvailable() {
    try {
      DMatrix matrix = new DMatrix(new float[] {0, 1}, 2, 1, Float.NaN);
      try {
        matrix.setLabel(new float[] {0, 1});
        Booster booster =
            XGBoost.train(
                matrix,
                Map.of(
                    "device",
                    "cuda",
                    "updater",
                    "grow_gpu_hist",
                    "fail_on_invalid_gpu_id",
                    true,
                    "verbosity",
                    0),
                1,
                Map.of(),
                null,
                null);
        booster.dispose();
        return true;
      } finally {
        matrix.dispose();
      }
    } catch (XGBoostError e) {
      LOG.debug("no GPU for XGBoost: {}", e.getMessage());
      return false;
    }
  }
}
