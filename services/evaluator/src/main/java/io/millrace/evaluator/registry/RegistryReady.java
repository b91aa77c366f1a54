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
  private final CaughtUp caughtUp;

  @Inject
  public RegistryReady(CaughtUp caughtUp) {
    this.caughtUp = caughtUp;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("models").status(caughtUp.isReady()).build();
  }
}
