package io.millrace.messaging.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaCache;
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
  private final ControlReader<PipelineVersion> pipelines;

  @Inject
  public PipelinesChannel(
      PipelineApplications applications, PipelineVersions versions, SchemaCache schemas) {
    this.applications = applications;
    this.versions = versions;
    this.pipelines = new ControlReader<>(ControlTopic.PIPELINES, schemas);
  }

  /** One version; waits for the registry while it is away, so that none is passed over. */
  @Incoming("pipelines")
  @Blocking
  public synchronized void accept(ConsumerRecord<byte[], byte[]> record)
      throws InterruptedException {
    while (true) {
      try {
        pipelines.read(
            record,
            version -> {
              versions.accept(version);
              applications.accept(version);
            });
        return;
      } catch (RegistryUnavailableException e) {
        LOG.warn("waiting for the schema registry: {}", e.getMessage());
        Thread.sleep(PAUSE);
      }
    }
  }
}
