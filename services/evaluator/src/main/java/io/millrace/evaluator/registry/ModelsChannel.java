package io.millrace.evaluator.registry;

import io.millrace.contracts.control.ModelEvent;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
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
  private final RecordDecoder<ModelEvent> decoder;

  @Inject
  public ModelsChannel(Registry registry, SchemaCache schemas) {
    this.registry = registry;
    this.decoder = RecordDecoder.specific(schemas, ModelEvent.class);
  }

  /** One event; waits for the schema registry while it is away, so that none is passed over. */
  @Incoming("models")
  @Blocking
  public synchronized void accept(ConsumerRecord<byte[], byte[]> record)
      throws InterruptedException {
    if (record.value() == null) {
      return;
    }
    while (true) {
      try {
        switch (decoder.decode(record.value())) {
          case Decoded.Value<ModelEvent> read -> registry.accept(List.of(read.value()));
          case Decoded.Failed<ModelEvent> failed ->
              LOG.error(
                  "topic={} offset={} code={} {}",
                  record.topic(),
                  record.offset(),
                  failed.code(),
                  failed.message());
        }
        return;
      } catch (RegistryUnavailableException e) {
        LOG.warn("waiting for the schema registry: {}", e.getMessage());
        Thread.sleep(PAUSE);
      }
    }
  }
}
