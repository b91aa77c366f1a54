package io.millrace.serving.models;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.consumers.Follower;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.registry.SchemaCache;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;

/**
 * Brings the topic {@code millrace.models} to the repository, from its beginning and for ever, and
 * says when the first pass is over.
 */
public final class ModelsReader implements HealthCheck, AutoCloseable {
  private static final String TOPIC = ControlTopic.MODELS.name();

  private final ConsumerLoop loop;
  private final CompletableFuture<Void> caughtUp;

  public ModelsReader(KafkaClients kafka, SchemaCache schemas, ModelRepository repository) {
    ControlReader<ModelEvent> models = new ControlReader<>(ControlTopic.MODELS, schemas);
    Follower follower =
        new Follower(
            List.of(TOPIC), record -> models.read(record, repository::accept, repository::purged));
    this.loop = follower.loop("models-reader", kafka);
    this.caughtUp = follower.whenCaughtUp().thenRun(repository::caughtUp);
  }

  public void start() {
    loop.start();
  }

  @Override
  public HealthCheckResponse call() {
    return loop.readiness(TOPIC, caughtUp.isDone());
  }

  @Override
  public void close() {
    loop.close();
  }
}
