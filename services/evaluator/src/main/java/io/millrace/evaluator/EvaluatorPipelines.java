package io.millrace.evaluator;

import io.millrace.evaluator.registry.Registry;
import io.millrace.messaging.control.PipelinesFollower;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplicationFactory;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.Map;

/** Nothing runs for a pipeline as long as none of its runs does. */
@ApplicationScoped
public class EvaluatorPipelines implements PipelineApplicationFactory {
  private final Registry registry;

  @Inject
  public EvaluatorPipelines(Registry registry) {
    this.registry = registry;
  }

  static void follow(@Observes StartupEvent event, PipelinesFollower pipelines) {
    pipelines.start();
  }

  @Override
  public PipelineApplication start(RunnablePipeline pipeline) {
    return new Waiting(registry, pipeline.name());
  }

  private record Waiting(Registry registry, String pipeline) implements PipelineApplication {
    @Override
    public State state() {
      return State.RUNNING;
    }

    @Override
    public Map<String, Object> counts() {
      return Map.of(
          "versions", registry.model(pipeline).map(model -> model.versions().size()).orElse(0));
    }

    @Override
    public void close() {}
  }
}
