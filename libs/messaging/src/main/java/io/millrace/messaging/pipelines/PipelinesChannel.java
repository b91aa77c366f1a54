package io.millrace.messaging.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.Decoded;
import io.millrace.messaging.serde.RecordDecoder;
import io.smallrye.reactive.messaging.annotations.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the topic {@code millrace.pipelines}, from its beginning, to {@link PipelineVersions} and
 * {@link PipelineApplications}.
 */
@ApplicationScoped
public class PipelinesChannel {
  private static final Logger LOG = LoggerFactory.getLogger(PipelinesChannel.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final PipelineApplications applications;
  private final PipelineVersions versions;
  private final RecordDecoder<PipelineVersion> decoder;

  @Inject
  public PipelinesChannel(
      PipelineApplications applications, PipelineVersions versions, SchemaCache schemas) {
    this.applications = applications;
    this.versions = versions;
    this.decoder = RecordDecoder.specific(schemas, PipelineVersion.class);
  }

  /** One version; waits for the registry while it is away, so that none is passed over. */
  @Incoming("pipelines")
  @Blocking
  public synchronized void accept(ConsumerRecord<byte[], byte[]> record)
      throws InterruptedException {
    if (record.value() == null) {
      return;
    }
    while (true) {
      try {
        switch (decoder.decode(record.value())) {
          case Decoded.Value<PipelineVersion> v -> {
            versions.accept(v.value());
            applications.accept(v.value());
          }
          case Decoded.Failed<PipelineVersion> f ->
              LOG.error(
                  "topic={} offset={} code={} {}",
                  record.topic(),
                  record.offset(),
                  f.code(),
                  f.message());
        }
        return;
      } catch (RegistryUnavailableException e) {
        LOG.warn("waiting for the schema registry: {}", e.getMessage());
        Thread.sleep(PAUSE);
      }
    }
  }
}
