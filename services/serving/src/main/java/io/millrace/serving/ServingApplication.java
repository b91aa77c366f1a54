package io.millrace.serving;

import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.serving.stream.StreamScorer;
import java.util.Map;
import java.util.Optional;

/**
 * One pipeline's stream scoring, if it is wanted. Its models stay where they are when it is closed:
 * they answer by HTTP until the next version takes over.
 */
record ServingApplication(Optional<StreamScorer> stream) implements PipelineApplication {
  @Override
  public State state() {
    return stream.map(StreamScorer::state).orElse(State.RUNNING);
  }

  @Override
  public Optional<PipelineFailure> failure() {
    return stream.flatMap(StreamScorer::failure);
  }

  @Override
  public Map<String, Object> counts() {
    return stream.map(StreamScorer::counts).orElse(Map.of());
  }

  @Override
  public void close() {
    stream.ifPresent(StreamScorer::close);
  }
}
