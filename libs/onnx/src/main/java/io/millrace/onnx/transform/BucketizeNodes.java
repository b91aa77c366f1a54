package io.millrace.onnx.transform;

import io.millrace.onnx.graph.Attributes;
import io.millrace.onnx.graph.GraphBuilder;
import io.millrace.onnx.transform.FittedTransform.Bucketize;
import java.util.List;

/** Compares with all boundaries at once and counts those that are reached. */
record BucketizeNodes(Bucketize bucketize) implements Operation {
  @Override
  public String append(TransformNodes nodes) {
    String x = nodes.number(bucketize.input());
    List<Float> boundaries = bucketize.boundaries().stream().map(TransformNodes::finite).toList();
    if (boundaries.isEmpty()) {
      return nodes.zero(x);
    }
    GraphBuilder graph = nodes.graph();
    String edges = graph.constant(boundaries, 1, boundaries.size());
    String reached = nodes.toFloat(graph.node("GreaterOrEqual", List.of(x, edges)));
    String count =
        graph.node(
            "ReduceSum", List.of(reached, graph.integers(1)), Attributes.integer("keepdims", 1));
    return nodes.keepMissing(x, count);
  }
}
