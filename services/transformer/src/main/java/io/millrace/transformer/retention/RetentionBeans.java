package io.millrace.transformer.retention;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.registry.SchemaCache;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The collector, and the thread on which it collects now and then. */
@ApplicationScoped
class RetentionBeans {
  private static final Logger LOG = LoggerFactory.getLogger(RetentionBeans.class);
  private static final Duration BETWEEN_CLAIMS = Duration.ofMinutes(1);
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final Background thread = new Background("retention");

  @Produces
  @Singleton
  Owners owners(KafkaClients kafka, ArtifactStore store) {
    return new Owners(store, new SystemIdentity(kafka));
  }

  @Produces
  @Singleton
  Collector collector(
      KafkaClients kafka,
      SchemaCache schemas,
      ArtifactStore store,
      Owners owners,
      RetentionSettings settings) {
    ControlPlane control = new ControlPlane(kafka, schemas);
    return new Collector(control::read, store, owners, settings.grace(), Clock.systemUTC());
  }

  /** Whoever writes leaves its mark, also where it collects nothing itself. */
  void start(
      @Observes StartupEvent event,
      RetentionSettings settings,
      Owners owners,
      Collector collector) {
    RetentionSettings.require(settings);
    thread.execute(() -> claim(owners));
    if (settings.enabled()) {
      thread.after(settings.every(), () -> repeat(settings.every(), collector));
    }
  }

  private void claim(Owners owners) {
    try {
      owners.claim();
    } catch (IOException | KafkaException e) {
      LOG.debug("the mark of this system waits: {}", e.toString());
      thread.after(BETWEEN_CLAIMS, () -> claim(owners));
    }
  }

  private void repeat(Duration pause, Collector collector) {
    try {
      var unused = collector.all(true);
    } catch (KafkaException | RegistryUnavailableException e) {
      if (!thread.hasEnded()) {
        LOG.warn("files that nothing refers to stay until the next collection: {}", e.toString());
      }
    } finally {
      thread.after(pause, () -> repeat(pause, collector));
    }
  }

  @PreDestroy
  void stop() {
    boolean unused = thread.close(CLOSE);
  }
}
