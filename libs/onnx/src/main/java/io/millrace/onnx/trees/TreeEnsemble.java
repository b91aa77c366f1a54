package io.millrace.onnx.trees;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.onnx.graph.Attributes;
import io.millrace.onnx.graph.GraphBuilder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Gradient-boosted trees of XGBoost as an ONNX TreeEnsembleRegressor.
 *
 * @see <a href="https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html">XGBoost's
 *     JSON model format</a>
 */
public final class TreeEnsemble {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<JsonNode> trees = new ArrayList<>();
  private final boolean logistic;
  private final float margin;

  private TreeEnsemble(JsonNode learner, int rounds) {
    String objective = learner.at("/objective/name").asText();
    switch (objective) {
      case "binary:logistic" -> this.logistic = true;
      case "reg:squarederror" -> this.logistic = false;
      default -> throw new IllegalArgumentException("unknown objective " + objective);
    }
    float base = baseScore(learner.at("/learner_model_param/base_score").asText());
    this.margin = logistic ? (float) Math.log(base / (1.0 - base)) : base;
    for (JsonNode tree : learner.at("/gradient_booster/model/trees")) {
      if (trees.size() < rounds) {
        trees.add(tree);
      }
    }
  }

  /**
   * Reads what {@code Booster.toByteArray("json")} gave.
   *
   * @param rounds how many trees count, from the first
   * @throws IllegalArgumentException when the objective is neither binary:logistic nor
   *     reg:squarederror
   */
  public static TreeEnsemble ofXgboost(byte[] json, int rounds) {
    try {
      return new TreeEnsemble(JSON.readTree(json).path("learner"), rounds);
    } catch (IOException e) {
      throw new IllegalArgumentException("no XGBoost model", e);
    }
  }

  /** Adds nodes that give the prediction [N, 1]: the probability of true, or the value. */
  public String append(GraphBuilder graph, String features) {
    Nodes nodes = new Nodes();
    for (int tree = 0; tree < trees.size(); tree++) {
      nodes.add(tree, trees.get(tree));
    }
    String sum =
        graph.node(
            GraphBuilder.ML,
            "TreeEnsembleRegressor",
            List.of(features),
            Attributes.text("aggregate_function", "SUM"),
            Attributes.numbers("base_values", List.of(margin)),
            Attributes.integer("n_targets", 1),
            Attributes.integers("nodes_treeids", nodes.trees),
            Attributes.integers("nodes_nodeids", nodes.ids),
            Attributes.integers("nodes_featureids", nodes.features),
            Attributes.numbers("nodes_values", nodes.values),
            Attributes.texts("nodes_modes", nodes.modes),
            Attributes.integers("nodes_truenodeids", nodes.left),
            Attributes.integers("nodes_falsenodeids", nodes.right),
            Attributes.integers("nodes_missing_value_tracks_true", nodes.missingLeft),
            Attributes.integers("target_treeids", nodes.leafTrees),
            Attributes.integers("target_nodeids", nodes.leafIds),
            Attributes.integers("target_ids", nodes.targets),
            Attributes.numbers("target_weights", nodes.weights),
            Attributes.text("post_transform", "NONE"));
    return logistic ? graph.node("Sigmoid", List.of(sum)) : sum;
  }

  /** Since 3.1 a vector as text, {@code [5E-1]}; a number before. */
  private static float baseScore(String text) {
    return Float.parseFloat(text.replace("[", "").replace("]", ""));
  }

  /** The attributes of all nodes, column by column. */
  private static final class Nodes {
    final List<Long> trees = new ArrayList<>();
    final List<Long> ids = new ArrayList<>();
    final List<Long> features = new ArrayList<>();
    final List<Float> values = new ArrayList<>();
    final List<String> modes = new ArrayList<>();
    final List<Long> left = new ArrayList<>();
    final List<Long> right = new ArrayList<>();
    final List<Long> missingLeft = new ArrayList<>();
    final List<Long> leafTrees = new ArrayList<>();
    final List<Long> leafIds = new ArrayList<>();
    final List<Long> targets = new ArrayList<>();
    final List<Float> weights = new ArrayList<>();

    void add(long tree, JsonNode json) {
      JsonNode conditions = json.path("split_conditions");
      for (int node = 0; node < conditions.size(); node++) {
        long toLeft = json.path("left_children").get(node).asLong();
        boolean leaf = toLeft < 0;
        trees.add(tree);
        ids.add((long) node);
        modes.add(leaf ? "LEAF" : "BRANCH_LT");
        features.add(leaf ? 0 : json.path("split_indices").get(node).asLong());
        values.add(leaf ? 0f : conditions.get(node).floatValue());
        left.add(leaf ? 0 : toLeft);
        right.add(leaf ? 0 : json.path("right_children").get(node).asLong());
        missingLeft.add(leaf ? 0 : json.path("default_left").get(node).asLong());
        if (leaf) {
          leafTrees.add(tree);
          leafIds.add((long) node);
          targets.add(0L);
          weights.add(conditions.get(node).floatValue());
        }
      }
    }
  }
}
