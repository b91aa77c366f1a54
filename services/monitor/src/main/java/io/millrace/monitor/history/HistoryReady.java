package io.millrace.monitor.history;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready once what was said before is known here. */
@Readiness
@ApplicationScoped
public class HistoryReady implements HealthCheck {
  private final HistoryReader reader;

  @Inject
  public HistoryReady(HistoryReader reader) {
    this.reader = reader;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("history").status(reader.isReady()).build();
  }
}
