package io.millrace.trainer;

import io.micrometer.core.instrument.MeterRegistry;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.registry.SchemaRegistry;
import io.millrace.messaging.runs.RunClients;
import io.millrace.messaging.runs.RunWorker;
import io.millrace.messaging.settings.MillraceSettings;
import io.millrace.trainer.steps.Pipelines;
import io.millrace.trainer.steps.RefitStep;
import io.millrace.trainer.steps.TrainStep;
import io.millrace.trainer.steps.Workshop;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Does the trainer's steps as long as the process lives; ready once it has read all runs. */
@Readiness
@ApplicationScoped
public class TrainerRuns implements HealthCheck {
  private final RunWorker worker;

  @Inject
  public TrainerRuns(
      MillraceSettings settings,
      KafkaClients kafka,
      SchemaRegistry registry,
      SchemaCache schemas,
      PipelineApplications applications,
      Workshop workshop,
      MeterRegistry meters) {
    Pipelines pipelines =
        (name, version) -> applications.version(name, version).map(RunnablePipeline::pipeline);
    this.worker =
        new RunWorker(
            new RunClients(
                kafka,
                "trainer",
                settings.instance(),
                registry,
                schemas,
                workshop::isStored,
                settings.runs().patience(),
                Clock.systemUTC()),
            List.of(
                new MeteredStep(new TrainStep(workshop, pipelines), meters),
                new MeteredStep(new RefitStep(workshop, pipelines), meters)));
  }

  void start(@Observes StartupEvent event) {
    worker.start();
  }

  @Override
  public HealthCheckResponse call() {
    return worker.readiness(state -> state == State.RUNNING);
  }

  @PreDestroy
  void stop() {
    worker.close();
  }
}
