package io.millrace.ingest.events;

import io.millrace.messaging.control.PipelinesFollower;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplicationFactory;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;

/** Opens the doors of a pipeline. */
@ApplicationScoped
public class IngestApplicationFactory implements PipelineApplicationFactory {
  private final EventCounts counts;

  @Inject
  public IngestApplicationFactory(EventCounts counts) {
    this.counts = counts;
  }

  static void follow(@Observes StartupEvent event, PipelinesFollower pipelines) {
    pipelines.start();
  }

  @Override
  public PipelineApplication start(RunnablePipeline pipeline) {
    return new IngestApplication(pipeline, counts);
  }
}
