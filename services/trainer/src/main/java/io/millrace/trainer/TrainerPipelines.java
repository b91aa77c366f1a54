package io.millrace.trainer;

import io.millrace.messaging.control.PipelinesFollower;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplicationFactory;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;

/** Nothing runs for a pipeline as long as none of its runs does. */
@ApplicationScoped
public class TrainerPipelines implements PipelineApplicationFactory {
  static void follow(@Observes StartupEvent event, PipelinesFollower pipelines) {
    pipelines.start();
  }

  @Override
  public PipelineApplication start(RunnablePipeline pipeline) {
    return new Waiting();
  }

  private record Waiting() implements PipelineApplication {
    @Override
    public State state() {
      return State.RUNNING;
    }

    @Override
    public Map<String, Object> counts() {
      return Map.of();
    }

    @Override
    public void close() {}
  }
}
