package io.millrace.messaging.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.pipeline.PipelineFile;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipelines that this process runs: each accepted version replaces the one before, a deletion
 * stops it. Starts and stops happen in order, off the thread that brings the events.
 */
@ApplicationScoped
public class PipelineApplications {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineApplications.class);

  /** A pipeline with its application. */
  public record Running(RunnablePipeline pipeline, PipelineApplication application) {}

  private final PipelineApplicationFactory factory;
  private final Map<String, Running> running = new ConcurrentHashMap<>();
  private final ExecutorService lifecycle =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("pipeline-lifecycle").factory());

  @Inject
  public PipelineApplications(PipelineApplicationFactory factory) {
    this.factory = factory;
  }

  /** Takes a version as it arrives; an older or equal one of a running pipeline changes nothing. */
  public void accept(PipelineVersion version) {
    lifecycle.execute(() -> replace(version));
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
      if (!version.getDeleted()) {
        RunnablePipeline pipeline = runnable(version);
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

  private static RunnablePipeline runnable(PipelineVersion version) {
    return switch (PipelineFile.parse(version.getFile(), version.getPipeline() + ".yaml")) {
      case PipelineFile.Valid valid ->
          new RunnablePipeline(
              valid.pipeline(),
              version.getVersion(),
              version.getPartitions(),
              new HashMap<>(version.getSchemas()));
      case PipelineFile.Invalid invalid ->
          throw new IllegalStateException("an accepted file is refused: " + invalid.problems());
    };
  }
}
