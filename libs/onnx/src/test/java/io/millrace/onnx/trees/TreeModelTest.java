package io.millrace.onnx.trees;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.onnx.session.Columns;
import io.millrace.onnx.session.Matrix;
import io.millrace.onnx.session.OnnxModel;
import io.millrace.onnx.transform.FittedTransform;
import io.millrace.onnx.transform.FittedTransform.Bucketize;
import io.millrace.onnx.transform.FittedTransform.Identity;
import io.millrace.onnx.transform.FittedTransform.OneHot;
import io.millrace.onnx.transform.FittedTransform.ScaleToZScore;
import io.millrace.onnx.transform.FittedTransform.Vocabulary;
import io.millrace.onnx.transform.TransformGraph;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TreeModelTest {
  private static final double TOLERANCE = 1e-5;
  private static final int ROWS = 10_000;
  private static final List<FittedTransform> TRANSFORMS =
      List.of(
          new ScaleToZScore("distance", 700, 500),
          new Identity("hour"),
          new Bucketize("delay", List.of(-5.0, 0.0, 15.0, 60.0)),
          new Vocabulary("origin", List.of("a0", "a1", "a2", "a3"), 2),
          new OneHot("carrier", List.of("b0", "b1")));

  @ParameterizedTest
  @ValueSource(strings = {"binary:logistic", "reg:squarederror"})
  void shouldPredictWhatXgboostPredicts(String objective) throws Exception {
    Columns training = rows(new Random(1), ROWS);
    Matrix features = features(training);
    float[] labels = labels(features, objective.startsWith("binary"));
    DMatrix matrix = matrix(features);
    matrix.setLabel(labels);
    Booster booster =
        XGBoost.train(
            matrix,
            Map.of(
                "objective",
                objective,
                "max_depth",
                6,
                "eta",
                0.1,
                "nthread",
                1,
                "seed",
                7,
                "verbosity",
                0),
            60,
            Map.of("train", matrix),
            null,
            null);
    String output = objective.startsWith("binary") ? TreeModel.SCORE : TreeModel.VALUE;
    for (int rounds : new int[] {60, 13}) {
      byte[] bytes =
          TreeModel.build(
              TRANSFORMS,
              TreeEnsemble.ofXgboost(booster.toByteArray("json"), rounds),
              output,
              new TreeMap<>(Map.of("k", "v")));
      try (OnnxModel model = OnnxModel.load(bytes, 1)) {
        assertThat(model.output()).isEqualTo(output);
        assertThat(model.metadata()).containsEntry("k", "v");
        Columns held = rows(new Random(2), ROWS);
        double real = difference(model, booster, held, rounds);
        double hostile = difference(model, booster, adversarial(), rounds);
        System.out.printf(
            "%s, %d rounds: greatest difference to XGBoost %.1e over %d rows, %.1e over %d hostile ones%n",
            objective, rounds, real, held.rows(), hostile, adversarial().rows());
        assertThat(real).isLessThanOrEqualTo(TOLERANCE);
        assertThat(hostile).isLessThanOrEqualTo(TOLERANCE);
      }
    }
  }

  @Test
  void shouldRefuseAnObjectiveItDoesNotKnow() {
    byte[] json =
        "{\"learner\":{\"objective\":{\"name\":\"rank:ndcg\"}}}"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> TreeEnsemble.ofXgboost(json, 1))
        .hasMessageContaining("rank:ndcg");
  }

  /** The greatest one, as a share of the greatest prediction where that is beyond 1. */
  private static double difference(OnnxModel model, Booster booster, Columns rows, int rounds)
      throws Exception {
    Matrix ours = model.run(rows);
    float[][] theirs = booster.predict(matrix(features(rows)), false, rounds);
    double most = 0;
    double scale = 1;
    for (int row = 0; row < rows.rows(); row++) {
      assertThat(ours.at(row, 0)).isFinite();
      scale = Math.max(scale, Math.abs(theirs[row][0]));
      most = Math.max(most, Math.abs(ours.at(row, 0) - theirs[row][0]));
    }
    return most / scale;
  }

  private static Matrix features(Columns rows) {
    try (OnnxModel graph = OnnxModel.load(TransformGraph.build(TRANSFORMS), 1)) {
      return graph.run(rows);
    }
  }

  private static DMatrix matrix(Matrix features) throws Exception {
    return new DMatrix(features.values(), features.rows(), features.columns(), Float.NaN);
  }

  private static float[] labels(Matrix features, boolean binary) {
    Random noise = new Random(3);
    float[] labels = new float[features.rows()];
    for (int row = 0; row < labels.length; row++) {
      double sum = noise.nextGaussian();
      for (int column = 0; column < features.columns(); column++) {
        float value = features.at(row, column);
        sum += Float.isNaN(value) ? 0.3 : Math.sin(value + column);
      }
      labels[row] = binary ? (sum > 0 ? 1 : 0) : (float) (100 * sum);
    }
    return labels;
  }

  private static Columns rows(Random random, int count) {
    float[] distance = new float[count];
    float[] hour = new float[count];
    float[] delay = new float[count];
    String[] origin = new String[count];
    String[] carrier = new String[count];
    for (int i = 0; i < count; i++) {
      distance[i] = random.nextInt(20) == 0 ? Float.NaN : random.nextInt(3000);
      hour[i] = random.nextInt(24);
      delay[i] = random.nextInt(5) == 0 ? Float.NaN : (float) (random.nextGaussian() * 40);
      origin[i] = random.nextInt(30) == 0 ? null : "a" + random.nextInt(8);
      carrier[i] = "b" + random.nextInt(4);
    }
    return columns(distance, hour, delay, origin, carrier);
  }

  /** Every field missing, extremes, infinities, unknown and odd strings, in all combinations. */
  private static Columns adversarial() {
    float[] numbers = {
      Float.NaN,
      Float.POSITIVE_INFINITY,
      Float.NEGATIVE_INFINITY,
      Float.MAX_VALUE,
      -Float.MAX_VALUE,
      Float.MIN_VALUE,
      -0f
    };
    String[] strings = {null, "", "a0", "unknown", "☃"};
    int count = numbers.length * numbers.length * numbers.length * strings.length * strings.length;
    float[] distance = new float[count];
    float[] hour = new float[count];
    float[] delay = new float[count];
    String[] origin = new String[count];
    String[] carrier = new String[count];
    for (int i = 0; i < count; i++) {
      int rest = i;
      distance[i] = numbers[rest % numbers.length];
      rest /= numbers.length;
      hour[i] = numbers[rest % numbers.length];
      rest /= numbers.length;
      delay[i] = numbers[rest % numbers.length];
      rest /= numbers.length;
      origin[i] = strings[rest % strings.length];
      carrier[i] = strings[rest / strings.length];
    }
    return columns(distance, hour, delay, origin, carrier);
  }

  private static Columns columns(
      float[] distance, float[] hour, float[] delay, String[] origin, String[] carrier) {
    return new Columns(distance.length)
        .numbers("distance", distance)
        .numbers("hour", hour)
        .numbers("delay", delay)
        .texts("origin", origin)
        .texts("carrier", carrier);
  }
}
