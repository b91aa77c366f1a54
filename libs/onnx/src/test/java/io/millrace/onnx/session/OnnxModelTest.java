package io.millrace.onnx.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.onnx.transform.FittedTransform;
import io.millrace.onnx.transform.TransformGraph;
import java.util.List;
import org.junit.jupiter.api.Test;

class OnnxModelTest {
  /** Whoever went would leave a session behind, which nobody could close any more. */
  @Test
  void shouldLoadAndStayInterruptedWhenItsThreadIsInterrupted() {
    byte[] graph =
        TransformGraph.build(List.of(new FittedTransform.Bucketize("age", List.of(1.0))));

    Thread.currentThread().interrupt();
    try (OnnxModel model = OnnxModel.load(graph, 1)) {
      assertThat(model.inputs()).containsExactly(new OnnxModel.Input("age", false));
    } finally {
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
