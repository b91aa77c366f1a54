package io.millrace.messaging.pipelines;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready when every pipeline's application runs. */
@Readiness
@ApplicationScoped
public class PipelinesReady implements HealthCheck {
  private final PipelineApplications applications;

  @Inject
  public PipelinesReady(PipelineApplications applications) {
    this.applications = applications;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("pipelines");
    boolean up = true;
    for (PipelineApplications.Running running : applications.all()) {
      PipelineApplication.State state = running.application().state();
      response.withData(running.pipeline().name(), state.name());
      up &= state == PipelineApplication.State.RUNNING;
    }
    return response.status(up).build();
  }
}
