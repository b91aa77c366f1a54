package io.millrace.evaluator.registry;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once the models that were published before are known here. */
@Readiness
@ApplicationScoped
public class RegistryReady implements HealthCheck {
  private final ModelsFollower followed;

  @Inject
  public RegistryReady(ModelsFollower followed) {
    this.followed = followed;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("models").status(followed.isReady()).build();
  }
}
