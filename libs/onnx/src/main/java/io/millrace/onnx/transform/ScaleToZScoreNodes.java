package io.millrace.onnx.transform;

import io.millrace.onnx.transform.FittedTransform.ScaleToZScore;
import java.util.List;

/** A large number over a small deviation is clipped like an infinite one. */
record ScaleToZScoreNodes(ScaleToZScore scale) implements Operation {
  @Override
  public String append(TransformNodes nodes) {
    String x = nodes.number(scale.input());
    float deviation = TransformNodes.finite(scale.standardDeviation());
    if (deviation == 0) {
      return nodes.zero(x);
    }
    String mean = nodes.scalar(TransformNodes.finite(scale.mean()));
    String centred = nodes.graph().node("Sub", List.of(x, mean));
    return nodes.clipped(nodes.graph().node("Div", List.of(centred, nodes.scalar(deviation))));
  }
}
