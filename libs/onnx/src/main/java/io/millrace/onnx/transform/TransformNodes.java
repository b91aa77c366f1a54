package io.millrace.onnx.transform;

import ai.onnx.proto.OnnxMl.TensorProto;
import io.millrace.onnx.graph.Attributes;
import io.millrace.onnx.graph.GraphBuilder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What several operations add to a graph; an input that they share is declared once. */
final class TransformNodes {
  private final GraphBuilder graph;
  private final Map<String, String> inputs = new LinkedHashMap<>();

  TransformNodes(GraphBuilder graph) {
    this.graph = graph;
  }

  GraphBuilder graph() {
    return graph;
  }

  /** Infinities become the largest float: a tree takes no infinity, and NaN stays. */
  String number(String name) {
    return inputs.computeIfAbsent(
        name,
        input -> {
          graph.numberInput(input);
          return clipped(input);
        });
  }

  String text(String name) {
    return inputs.computeIfAbsent(name, graph::textInput);
  }

  /** 0, and NaN where x is NaN. */
  String zero(String x) {
    return graph.node("Sub", List.of(x, x));
  }

  String clipped(String x) {
    return keepMissing(
        x, graph.node("Clip", List.of(x, scalar(-Float.MAX_VALUE), scalar(Float.MAX_VALUE))));
  }

  String keepMissing(String x, String otherwise) {
    return graph.node("Where", List.of(graph.node("IsNaN", List.of(x)), x, otherwise));
  }

  String toFloat(String value) {
    return graph.node(
        "Cast", List.of(value), Attributes.integer("to", TensorProto.DataType.FLOAT.getNumber()));
  }

  String scalar(float value) {
    return graph.constant(List.of(value));
  }

  /** The nearest float that is no infinity. */
  static float finite(double value) {
    return (float) Math.clamp(value, -Float.MAX_VALUE, Float.MAX_VALUE);
  }
}
