package io.millrace.contracts.schema;

import io.millrace.contracts.pipeline.Pipeline;

/**
 * Where in a Vector or Row each group of fields begins; within a group they stand in file order.
 *
 * @param derived position of the first derived feature; the example's fields come before it
 * @param windowed position of the first windowed feature
 * @param incomplete position of {@link PipelineSchemas#INCOMPLETE}
 * @param label position of the label, in a Row only
 * @param labelTime position of {@link PipelineSchemas#LABEL_TIME}, in a Row only
 */
public record VectorLayout(int derived, int windowed, int incomplete, int label, int labelTime) {
  static VectorLayout of(Pipeline pipeline) {
    int derived = pipeline.exampleStream().fields().size();
    int windowed = derived + pipeline.derived().size();
    int incomplete = windowed + pipeline.windowed().size();
    return new VectorLayout(derived, windowed, incomplete, incomplete + 1, incomplete + 2);
  }
}
