package io.millrace.onnx.transform;

import io.millrace.onnx.graph.Attributes;
import io.millrace.onnx.graph.GraphBuilder;
import io.millrace.onnx.transform.FittedTransform.OneHot;
import java.util.List;

/** A column for each value, all 0 for a string that is none of them. */
record OneHotNodes(OneHot oneHot) implements Operation {
  @Override
  public String append(TransformNodes nodes) {
    GraphBuilder graph = nodes.graph();
    String encoded =
        graph.node(
            GraphBuilder.ML,
            "OneHotEncoder",
            List.of(nodes.text(oneHot.input())),
            Attributes.texts("cats_strings", oneHot.values()),
            Attributes.integer("zeros", 1));
    return graph.node("Reshape", List.of(encoded, graph.integers(-1, oneHot.values().size())));
  }
}
