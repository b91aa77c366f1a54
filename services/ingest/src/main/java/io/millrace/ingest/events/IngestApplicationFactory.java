package io.millrace.ingest.events;

import io.millrace.ingest.removal.Removals;
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
  private final Removals removals;

  @Inject
  public IngestApplicationFactory(EventCounts counts, Removals removals) {
    this.counts = counts;
    this.removals = removals;
  }

  static void follow(@Observes StartupEvent event, PipelinesFollower pipelines) {
    pipelines.start();
  }

  @Override
  public void forget(String pipeline) {
    removals.seeTo(pipeline);
  }

  @Override
  public PipelineApplication start(RunnablePipeline pipeline) {
    return new IngestApplication(pipeline, counts);
  }
}
