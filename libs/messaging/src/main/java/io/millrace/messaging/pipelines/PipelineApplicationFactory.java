package io.millrace.messaging.pipelines;

/** Starts a service's application for a pipeline; the one thing a service adds to the lifecycle. */
public interface PipelineApplicationFactory {
  /** Returns at once; the application comes up by itself, however long its neighbours are away. */
  PipelineApplication start(RunnablePipeline pipeline);
}
