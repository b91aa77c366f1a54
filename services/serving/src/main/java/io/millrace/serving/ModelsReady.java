package io.millrace.serving;

import io.millrace.messaging.control.PipelinesFollower;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.millrace.serving.models.ModelRepository;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Map;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** No request comes to a process that has just started before what is live is loaded and warm. */
@Readiness
@ApplicationScoped
public class ModelsReady implements HealthCheck {
  private final ModelRepository models;
  private final PipelinesFollower followed;
  private final PipelineApplications pipelines;

  @Inject
  public ModelsReady(
      ModelRepository models, PipelinesFollower followed, PipelineApplications pipelines) {
    this.models = models;
    this.followed = followed;
    this.pipelines = pipelines;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("models");
    if (!followed.isCaughtUp()) {
      return response.down().build();
    }
    Map<String, String> missing = models.toBeLoaded(pipelines.wanted().keySet());
    missing.forEach(response::withData);
    return response.status(missing.isEmpty()).build();
  }
}
