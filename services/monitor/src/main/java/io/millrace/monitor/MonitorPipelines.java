package io.millrace.monitor;

import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplicationFactory;
import io.millrace.messaging.pipelines.RunnablePipeline;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/** Starts the application {@code millrace-monitor-<pipeline>}. */
@ApplicationScoped
public class MonitorPipelines implements PipelineApplicationFactory {
  @Override
  public PipelineApplication start(RunnablePipeline pipeline) {
    return new Idle();
  }

  private record Idle() implements PipelineApplication {
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
