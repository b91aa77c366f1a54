package io.millrace.messaging.control;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.consumers.Follower;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.millrace.messaging.pipelines.PipelineVersions;
import io.millrace.messaging.registry.SchemaCache;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Default;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/**
 * Brings the topic {@code millrace.pipelines}, from its beginning, to {@link PipelineVersions} and
 * {@link PipelineApplications}. Each service starts it.
 */
@Default // which a qualifier takes away
@Readiness
@ApplicationScoped
public class PipelinesFollower implements HealthCheck {
  private static final String TOPIC = ControlTopic.PIPELINES.name();

  private final ConsumerLoop loop;
  private final CompletableFuture<Void> caughtUp;

  @Inject
  public PipelinesFollower(
      KafkaClients kafka,
      PipelineApplications applications,
      PipelineVersions versions,
      SchemaCache schemas) {
    ControlReader<PipelineVersion> pipelines = new ControlReader<>(ControlTopic.PIPELINES, schemas);
    Follower follower =
        new Follower(
            List.of(TOPIC),
            record ->
                pipelines.read(
                    record,
                    version -> {
                      versions.accept(version);
                      applications.accept(version);
                    }));
    this.caughtUp = follower.whenCaughtUp();
    this.loop = follower.loop("pipelines", kafka);
  }

  public void start() {
    loop.start();
  }

  @PreDestroy
  void stop() {
    loop.close();
  }

  /** Whether every pipeline is known that there was at the start. */
  public boolean isCaughtUp() {
    return caughtUp.isDone();
  }

  @Override
  public HealthCheckResponse call() {
    return loop.readiness(TOPIC, isCaughtUp());
  }
}
