package io.millrace.messaging.pipelines;

import java.util.Map;
import java.util.Optional;

/** What a service runs for one version of one pipeline. */
public interface PipelineApplication extends AutoCloseable {

  /** What a pipeline's application is doing. */
  enum State {
    STARTING,
    RUNNING,
    FAILED
  }

  State state();

  /** Why it does not run: for good, or until it is tried again. */
  default Optional<PipelineFailure> failure() {
    return Optional.empty();
  }

  /** What it has counted so far, for {@code GET /v1/pipelines/{name}}; JSON-ready. */
  Map<String, Object> counts();

  /** What else there is to say of it there; JSON-ready. */
  default Map<String, Object> details() {
    return Map.of();
  }

  /** Stops it; what is not committed is left to the next start. */
  @Override
  void close();
}
