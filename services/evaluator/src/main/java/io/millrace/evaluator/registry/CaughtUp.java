package io.millrace.evaluator.registry;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.http.ProblemException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows whether everything that was said before this process started is known here: until then, a
 * model that is not known is no reason to say that there is none.
 */
@ApplicationScoped
public class CaughtUp {
  private static final Logger LOG = LoggerFactory.getLogger(CaughtUp.class);
  private static final long PAUSE_MS = 500;

  private final ModelLog log;
  private final Registry registry;
  private final ScheduledExecutorService background =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("reading-models").factory());

  private volatile boolean ready;
  private boolean warned;

  @Inject
  public CaughtUp(ModelLog log, Registry registry) {
    this.log = log;
    this.registry = registry;
  }

  boolean isReady() {
    return ready;
  }

  /**
   * @throws ProblemException until it is
   */
  void require() {
    if (!ready) {
      throw new ProblemException(
          ErrorCode.KAFKA_UNAVAILABLE,
          "this instance has not read yet which models there are; send the request again");
    }
  }

  void start(@Observes StartupEvent event) {
    var unused = background.scheduleWithFixedDelay(this::read, 0, PAUSE_MS, TimeUnit.MILLISECONDS);
  }

  @PreDestroy
  void stop() {
    background.shutdownNow();
  }

  private void read() {
    try {
      registry.accept(log.events());
      ready = true;
      background.shutdown();
    } catch (RuntimeException e) {
      if (!warned) {
        LOG.warn("waiting for broker and schema registry: {}", e.toString());
      }
      warned = true;
    }
  }
}
