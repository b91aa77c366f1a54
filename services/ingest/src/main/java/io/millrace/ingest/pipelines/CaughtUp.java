package io.millrace.ingest.pipelines;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the control topics are there and every pipeline applied before is known here. */
@Readiness
@ApplicationScoped
public class CaughtUp implements HealthCheck {
  private final KnownPipelines pipelines;

  @Inject
  public CaughtUp(KnownPipelines pipelines) {
    this.pipelines = pipelines;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("caught up").status(pipelines.caughtUp()).build();
  }
}
