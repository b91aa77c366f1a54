package io.millrace.transformer;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.consumers.Follower;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.models.ModelHistory;
import io.millrace.messaging.registry.SchemaCache;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Default;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** By which version of its pipeline's file each live model was trained, from the registry. */
@Default // which a qualifier takes away
@Readiness
@ApplicationScoped
public class ServedVersions implements HealthCheck {
  private static final String TOPIC = ControlTopic.MODELS.name();

  private final Map<String, ModelHistory> models = new ConcurrentHashMap<>();
  private final ConsumerLoop loop;
  private final CompletableFuture<Void> caughtUp;
  private volatile Consumer<String> listener = pipeline -> {};

  @Inject
  public ServedVersions(KafkaClients kafka, SchemaCache schemas) {
    ControlReader<ModelEvent> events = new ControlReader<>(ControlTopic.MODELS, schemas);
    Follower follower =
        new Follower(List.of(TOPIC), record -> events.read(record, this::accept, this::forget));
    this.caughtUp = follower.whenCaughtUp();
    this.loop = follower.loop("served-versions", kafka);
  }

  /**
   * Begins to read; once all is known that is said now, {@code ready} runs.
   *
   * @param changed is told of pipelines whose live model is another from then on
   */
  public void start(Runnable ready, Consumer<String> changed) {
    CompletableFuture<Void> unused =
        caughtUp.thenRun(
            () -> {
              listener = changed;
              ready.run();
            });
    loop.start();
  }

  /** Empty when there is no live model. */
  public OptionalInt of(String pipeline) {
    return models.getOrDefault(pipeline, ModelHistory.of(pipeline)).champion().stream()
        .mapToInt(published -> published.version().getPipelineVersion())
        .findFirst();
  }

  private void accept(ModelEvent event) {
    String pipeline = event.getModel();
    OptionalInt before = of(pipeline);
    models.compute(
        pipeline, (name, known) -> (known == null ? ModelHistory.of(name) : known).with(event));
    if (!before.equals(of(pipeline))) {
      listener.accept(pipeline);
    }
  }

  private void forget(String pipeline) {
    models.remove(pipeline);
    listener.accept(pipeline);
  }

  @Override
  public HealthCheckResponse call() {
    return loop.readiness(TOPIC, caughtUp.isDone());
  }

  @PreDestroy
  void stop() {
    loop.close();
  }
}
