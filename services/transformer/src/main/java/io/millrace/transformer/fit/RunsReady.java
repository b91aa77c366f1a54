package io.millrace.transformer.fit;

import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.runs.RunWorker;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Says how far the worker is. Down only when it has FAILED: without Kafka the online read goes on.
 */
@Readiness
@ApplicationScoped
class RunsReady implements HealthCheck {
  private final RunWorker worker;

  @Inject
  RunsReady(RunWorker worker) {
    this.worker = worker;
  }

  @Override
  public HealthCheckResponse call() {
    return worker.readiness(state -> state != State.FAILED);
  }
}
