package io.millrace.ingest.removal;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.ingest.pipelines.PipelineVersions;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.failures.Failure;
import io.millrace.messaging.registry.SchemaRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does the removals that were asked for, of every instance of ingest, until they are done: what
 * fails is tried again. What is to be done stands in {@code millrace.pipelines}, so that a kill
 * ends none.
 */
@ApplicationScoped
public class Removals {
  private static final Logger LOG = LoggerFactory.getLogger(Removals.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  /** How far one is, as far as this instance knows. */
  sealed interface State {
    /** The services have not let go of the pipeline yet. */
    record Waiting(SortedMap<String, Set<String>> members) implements State {}

    record Removing(String step) implements State {}

    record Failing(ErrorCode code, String message) implements State {}

    record Done(Removed removed) implements State {}
  }

  private final KafkaClients kafka;
  private final PipelineVersions versions;
  private final SchemaRegistry registry;
  private final Map<String, State> states = new ConcurrentHashMap<>();
  private final Background background = new Background("removals");

  @Inject
  public Removals(KafkaClients kafka, PipelineVersions versions, SchemaRegistry registry) {
    this.kafka = kafka;
    this.versions = versions;
    this.registry = registry;
  }

  /** Sees to a pipeline that was deleted: removes it, if that was asked for. Returns at once. */
  public void seeTo(String pipeline) {
    background.after(Duration.ZERO, () -> attempt(pipeline, 0));
  }

  /** What is known here of the last one. */
  Optional<State> state(String pipeline) {
    return Optional.ofNullable(states.get(pipeline));
  }

  private void attempt(String pipeline, int failures) {
    try {
      Optional<Remover> remover = Remover.of(kafka, versions, registry, pipeline);
      if (remover.isPresent()) {
        attempt(pipeline, remover.get());
      }
    } catch (RuntimeException | Error e) {
      Failure failure = Failure.of(e);
      Duration pause = Backoff.UP_TO_TEN_SECONDS.after(failures + 1);
      states.put(pipeline, new State.Failing(failure.code(), failure.message()));
      LOG.warn(
          "pipeline={} code={} is not removed yet, trying again in {} s",
          pipeline,
          failure.code(),
          pause.toSeconds(),
          e);
      background.after(pause, () -> attempt(pipeline, failures + 1));
    }
  }

  private void attempt(String pipeline, Remover remover) {
    SortedMap<String, Set<String>> members = remover.awaited();
    if (members.isEmpty()) {
      Removed removed = remover.remove(step -> states.put(pipeline, new State.Removing(step)));
      states.put(pipeline, new State.Done(removed));
    } else {
      states.put(pipeline, new State.Waiting(members));
      background.after(BETWEEN_LOOKS, () -> attempt(pipeline, 0));
    }
  }

  @PreDestroy
  void stop() {
    boolean unused = background.close(Duration.ofSeconds(5));
  }
}
