package io.millrace.evaluator.registry;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.consumers.Follower;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.registry.SchemaCache;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Brings the topic {@code millrace.models} to the {@link Registry}, from its beginning. Until it
 * has come to where the topic ended at the start, a model that is not known is no reason to say
 * that there is none.
 */
@ApplicationScoped
public class ModelsFollower {
  private final ConsumerLoop loop;
  private final CompletableFuture<Void> caughtUp;

  @Inject
  public ModelsFollower(KafkaClients kafka, SchemaCache schemas, Registry registry) {
    ControlReader<ModelEvent> models = new ControlReader<>(ControlTopic.MODELS, schemas);
    Follower follower =
        new Follower(
            List.of(ControlTopic.MODELS.name()),
            record ->
                models.read(record, event -> registry.accept(List.of(event)), registry::forget));
    this.loop = follower.loop("models", kafka);
    this.caughtUp = follower.whenCaughtUp();
  }

  boolean isReady() {
    return caughtUp.isDone() && loop.state() != State.FAILED;
  }

  /**
   * @throws ProblemException until it has caught up
   */
  void require() {
    if (!caughtUp.isDone()) {
      throw new ProblemException(
          ErrorCode.KAFKA_UNAVAILABLE,
          "this instance has not read yet which models there are; send the request again");
    }
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  @PreDestroy
  void stop() {
    loop.close();
  }
}
