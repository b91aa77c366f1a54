package io.millrace.onnx.trees;

import io.millrace.onnx.graph.GraphBuilder;
import io.millrace.onnx.transform.FittedTransform;
import io.millrace.onnx.transform.TransformGraph;
import java.util.List;
import java.util.SortedMap;

/** Transforms and trees as one model that takes raw features. */
public final class TreeModel {
  /** The output of a BINARY model: the probability of true. */
  public static final String SCORE = "score";

  /** The output of a REGRESSION model. */
  public static final String VALUE = "value";

  /** The key of the metadata that says what made the model, as JSON. */
  public static final String PROVENANCE = "millrace.provenance";

  private TreeModel() {}

  /**
   * The model's bytes, the same for equal arguments.
   *
   * @param output {@link #SCORE} or {@link #VALUE}
   */
  public static byte[] build(
      List<FittedTransform> transforms,
      TreeEnsemble trees,
      String output,
      SortedMap<String, String> metadata) {
    GraphBuilder graph = new GraphBuilder("model");
    String features = TransformGraph.append(graph, transforms);
    graph.output(output, trees.append(graph, features), 1);
    return graph.build(metadata);
  }
}
