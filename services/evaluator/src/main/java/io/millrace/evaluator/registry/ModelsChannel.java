package io.millrace.evaluator.registry;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaCache;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the topic {@code millrace.models} to the {@link Registry}, from its beginning. */
@ApplicationScoped
public class ModelsChannel {
  private static final Logger LOG = LoggerFactory.getLogger(ModelsChannel.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final Registry registry;
  private final ControlReader<ModelEvent> models;

  @Inject
  public ModelsChannel(Registry registry, SchemaCache schemas) {
    this.registry = registry;
    this.models = new ControlReader<>(ControlTopic.MODELS, schemas);
  }

  /** One event; waits for the schema registry while it is away, so that none is passed over. */
  @Incoming("models")
  @Blocking
  public synchronized void accept(ConsumerRecord<byte[], byte[]> record)
      throws InterruptedException {
    while (true) {
      try {
        models.read(record, event -> registry.accept(List.of(event)));
        return;
      } catch (RegistryUnavailableException e) {
        LOG.warn("waiting for the schema registry: {}", e.getMessage());
        Thread.sleep(PAUSE);
      }
    }
  }
}
