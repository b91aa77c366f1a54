package io.millrace.messaging.pipelines;

import io.millrace.contracts.pipeline.Pipeline;
import java.util.List;

/** Starts a service's application for a pipeline; what a service adds to the lifecycle. */
public interface PipelineApplicationFactory {
  /** Returns at once; the application comes up by itself, however long its neighbours are away. */
  PipelineApplication start(RunnablePipeline pipeline);

  /** The groups with which the service reads for a pipeline, whichever instance does. */
  default List<PipelineGroup> groups(Pipeline pipeline) {
    return List.of();
  }

  /**
   * Removes what the service keeps of a deleted pipeline outside of Kafka, after its application
   * was closed. Takes seconds at most; is called again at each start while the pipeline is deleted.
   * One that is applied again may be started without it, where the service was down meanwhile: what
   * was kept of it then is older than {@link RunnablePipeline#since}.
   */
  default void forget(String pipeline) {}
}
