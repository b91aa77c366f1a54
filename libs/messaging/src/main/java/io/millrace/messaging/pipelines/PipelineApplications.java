package io.millrace.messaging.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipelines that this process runs: each accepted version replaces the one before, a deletion
 * stops it. Starts and stops happen in order, off the thread that brings the events, and a moment
 * after them: of the versions that come in one go, as at a start, only the newest is started.
 */
@ApplicationScoped
public class PipelineApplications {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineApplications.class);
  private static final Duration MOMENT = Duration.ofMillis(200);

  /** A pipeline with its application. */
  public record Running(RunnablePipeline pipeline, PipelineApplication application) {}

  private final PipelineApplicationFactory factory;
  private final Map<String, Running> running = new ConcurrentHashMap<>();
  private final Map<String, PipelineVersion> newest = new ConcurrentHashMap<>();
  private final ScheduledExecutorService lifecycle =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("pipeline-lifecycle").factory());

  @Inject
  public PipelineApplications(PipelineApplicationFactory factory) {
    this.factory = factory;
  }

  /** Takes a version as it arrives; an older or equal one of a running pipeline changes nothing. */
  public void accept(PipelineVersion version) {
    newest.merge(version.getPipeline(), version, (a, b) -> b.getVersion() > a.getVersion() ? b : a);
    lifecycle.schedule(
        () -> replace(Objects.requireNonNull(newest.get(version.getPipeline()))),
        MOMENT.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  /** As {@link #accept}, but returns once the version runs or has stopped. */
  public void acceptNow(PipelineVersion version) {
    CompletableFuture.runAsync(() -> replace(version), lifecycle).join();
  }

  public Optional<Running> running(String pipeline) {
    return Optional.ofNullable(running.get(pipeline));
  }

  public Collection<Running> all() {
    return List.copyOf(running.values());
  }

  @PreDestroy
  void stopAll() {
    lifecycle.shutdownNow();
    running.values().parallelStream().forEach(entry -> entry.application().close());
    running.clear();
  }

  private void replace(PipelineVersion version) {
    Running current = running.get(version.getPipeline());
    if (current != null && current.pipeline().version() >= version.getVersion()) {
      return;
    }
    try {
      if (current != null) {
        running.remove(version.getPipeline());
        current.application().close();
      }
      if (version.getDeleted()) {
        factory.forget(version.getPipeline());
      } else {
        RunnablePipeline pipeline = RunnablePipeline.of(version);
        running.put(pipeline.name(), new Running(pipeline, factory.start(pipeline)));
        LOG.info("pipeline={} version={} started", pipeline.name(), pipeline.version());
      }
    } catch (RuntimeException e) {
      LOG.error(
          "pipeline={} version={} could not be started",
          version.getPipeline(),
          version.getVersion(),
          e);
    }
  }
}
