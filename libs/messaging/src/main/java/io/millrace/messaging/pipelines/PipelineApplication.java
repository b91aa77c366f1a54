package io.millrace.messaging.pipelines;

import java.util.Map;

/** What a service runs for one version of one pipeline. */
public interface PipelineApplication extends AutoCloseable {

  /** What a pipeline's application is doing. */
  enum State {
    STARTING,
    RUNNING,
    FAILED
  }

  State state();

  /** What it has counted so far, for {@code GET /v1/pipelines/{name}}; JSON-ready. */
  Map<String, Object> counts();

  /** Stops it; what is not committed is left to the next start. */
  @Override
  void close();
}
