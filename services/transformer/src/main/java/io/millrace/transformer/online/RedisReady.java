package io.millrace.transformer.online;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Says whether Redis takes what is written. Always up: without Redis the streams go on, and the
 * online read answers 503 by itself.
 */
@Readiness
@ApplicationScoped
class RedisReady implements HealthCheck {
  private final FeatureWriters writers;

  @Inject
  RedisReady(FeatureWriters writers) {
    this.writers = writers;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder response = HealthCheckResponse.named("redis").up();
    writers
        .storeAway()
        .forEach((pipeline, away) -> response.withData(pipeline, away ? "AWAY" : "FOLLOWING"));
    return response.build();
  }
}
