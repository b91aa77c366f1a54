package io.millrace.messaging.pipelines;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Ready when every pipeline that should run here does; says why one does not. */
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
    for (var entry : applications.wanted().entrySet()) {
      PipelineApplications.Wanted wanted = entry.getValue();
      response.withData(
          entry.getKey(),
          wanted.state() + wanted.failure().map(failure -> ", " + failure).orElse(""));
      up &= wanted.state() == PipelineApplication.State.RUNNING;
    }
    return response.status(up).build();
  }
}
