package io.millrace.evaluator.steps;

import io.millrace.onnx.graph.GraphBuilder;
import io.millrace.onnx.transform.FittedTransform.Identity;
import io.millrace.onnx.transform.TransformGraph;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Models of one input x, small enough to know their answers. */
public final class SmallModels {
  private SmallModels() {}

  /** sigmoid(weight * x): perfect for a positive weight where the label is x > 0. */
  public static byte[] sigmoid(float weight) {
    GraphBuilder graph = new GraphBuilder("model");
    String x = TransformGraph.append(graph, List.of(new Identity("x")));
    String margin = graph.node("Mul", List.of(x, graph.constant(List.of(weight))));
    graph.output("score", graph.node("Sigmoid", List.of(margin)), 1);
    return graph.build(new TreeMap<>(Map.of("weight", String.valueOf(weight))));
  }

  /** x / 0 * 0: never a number. */
  static byte[] notANumber() {
    GraphBuilder graph = new GraphBuilder("model");
    String x = TransformGraph.append(graph, List.of(new Identity("x")));
    String zero = graph.constant(List.of(0f));
    String infinite = graph.node("Div", List.of(x, zero));
    graph.output("score", graph.node("Mul", List.of(infinite, zero)), 1);
    return graph.build(new TreeMap<>());
  }

  /** Two scores a row. */
  static byte[] twoScores() {
    GraphBuilder graph = new GraphBuilder("model");
    String x = TransformGraph.append(graph, List.of(new Identity("x"), new Identity("x")));
    graph.output("score", x, 2);
    return graph.build(new TreeMap<>());
  }

  /** Takes what the pipeline does not have. */
  static byte[] otherInput() {
    GraphBuilder graph = new GraphBuilder("model");
    graph.output("score", TransformGraph.append(graph, List.of(new Identity("unheard"))), 1);
    return graph.build(new TreeMap<>());
  }
}
