package io.millrace.transformer.fit;

import io.millrace.contracts.control.PartWritten;
import io.millrace.contracts.pipeline.Meaning;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.messaging.pipelines.PipelineVersions;
import io.millrace.messaging.pipelines.RunnablePipeline;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which parts mean the same as the pipeline's version that a run goes by: their label and the
 * features that the model takes were computed alike. Avro only sees that the types are.
 */
record UsableParts(Pipeline pipeline, PipelineVersions versions) {
  List<PartWritten> of(List<PartWritten> parts) {
    return parts.stream().filter(part -> isAlike(part.getPipelineVersion())).toList();
  }

  private boolean isAlike(int version) {
    return versions
        .find(pipeline.name(), version)
        .map(RunnablePipeline::pipeline)
        .filter(writer -> Meaning.isSameLabel(writer, pipeline))
        .filter(
            writer ->
                inputs().stream().allMatch(input -> Meaning.isSameFeature(input, writer, pipeline)))
        .isPresent();
  }

  private Set<String> inputs() {
    return pipeline.transform().stream()
        .flatMap(transform -> transform.inputs().stream())
        .collect(Collectors.toSet());
  }
}
