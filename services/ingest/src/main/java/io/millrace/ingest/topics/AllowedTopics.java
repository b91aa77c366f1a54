package io.millrace.ingest.topics;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.pipeline.Stream;
import io.millrace.ingest.settings.IngestSettings;
import io.millrace.messaging.http.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which topics, besides its own, a pipeline may read: whoever applies a file would else read any
 * topic that ingest may, and set the rule of its subject in the registry.
 */
@ApplicationScoped
public class AllowedTopics {
  /** Kafka's own, whatever the pattern says. */
  private static final String INTERNAL = "__";

  private final Optional<Pattern> allowed;

  @Inject
  public AllowedTopics(IngestSettings settings) {
    this.allowed = settings.ingest().allowedTopics().map(Pattern::compile);
  }

  /**
   * Lets a pipeline pass.
   *
   * @throws ProblemException when a stream of it names a topic that is none of them
   */
  public void require(Pipeline pipeline) {
    for (Stream stream : pipeline.streams().values()) {
      stream
          .topic()
          .filter(topic -> !isAllowed(topic))
          .ifPresent(
              topic -> {
                throw new ProblemException(
                    ErrorCode.TOPIC_NOT_ALLOWED,
                    "spec.streams.%s.topic: %s is no topic that millrace.ingest.allowed-topics lets pipelines read; leave it out to use %s's own"
                        .formatted(stream.name(), topic, pipeline.name()));
              });
    }
  }

  private boolean isAllowed(String topic) {
    return !topic.startsWith(INTERNAL)
        && allowed.filter(pattern -> pattern.matcher(topic).matches()).isPresent();
  }
}
