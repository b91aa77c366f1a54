package io.millrace.messaging.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The pipelines that this process runs: each accepted version replaces the one before, a deletion
 * stops it. Starts and stops happen in order, off the thread that brings the events, and a moment
 * after them: of the versions that come in one go, as at a start, only the newest is started. A
 * start that fails is tried again after growing pauses, and holds up no other pipeline.
 */
@ApplicationScoped
public class PipelineApplications {
  private static final Logger LOG = LoggerFactory.getLogger(PipelineApplications.class);
  private static final Duration MOMENT = Duration.ofMillis(200);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(40);

  /** A pipeline with its application. */
  public record Running(RunnablePipeline pipeline, PipelineApplication application) {}

  /**
   * How a pipeline fares that should run here.
   *
   * @param version the one that should run
   * @param failure why it does not, as far as is known
   */
  public record Wanted(int version, State state, Optional<PipelineFailure> failure) {}

  private record VersionKey(String pipeline, int version) {}

  private final PipelineApplicationFactory factory;
  private final Map<String, Running> running = new ConcurrentHashMap<>();
  private final Map<String, PipelineVersion> newest = new ConcurrentHashMap<>();
  private final Map<VersionKey, PipelineVersion> versions = new ConcurrentHashMap<>();
  private final Map<VersionKey, PipelineFailure> notStarted = new ConcurrentHashMap<>();
  private final Set<String> again = ConcurrentHashMap.newKeySet();
  private final Background lifecycle = new Background("pipeline-lifecycle");

  @Inject
  public PipelineApplications(PipelineApplicationFactory factory) {
    this.factory = factory;
  }

  /** Takes a version as it arrives; an older or equal one of a running pipeline changes nothing. */
  public void accept(PipelineVersion version) {
    remember(version);
    later(version.getPipeline(), 1, MOMENT);
  }

  /** As {@link #accept}, but returns once the version runs, has stopped or has failed to start. */
  public void acceptNow(PipelineVersion version) {
    remember(version);
    CompletableFuture.runAsync(() -> replace(version, 1), lifecycle).join();
  }

  /** Starts the application of a running pipeline anew, by the same version. */
  public void restart(String pipeline) {
    again.add(pipeline);
    later(pipeline, 1, Duration.ZERO);
  }

  public Optional<Running> running(String pipeline) {
    return Optional.ofNullable(running.get(pipeline));
  }

  /** A version, replaced by another or not; empty when it isn't known here, or is a deletion. */
  public Optional<RunnablePipeline> version(String pipeline, int version) {
    return Optional.ofNullable(versions.get(new VersionKey(pipeline, version)))
        .filter(known -> !known.getDeleted())
        .map(RunnablePipeline::of);
  }

  public Collection<Running> all() {
    return List.copyOf(running.values());
  }

  /** With which this service reads, for every pipeline that should run here. */
  public List<PipelineGroup> groups() {
    return newest.values().stream()
        .filter(version -> !version.getDeleted())
        .flatMap(version -> factory.groups(RunnablePipeline.of(version).pipeline()).stream())
        .toList();
  }

  /** Every pipeline that should run here, whether it does or not, by name. */
  public SortedMap<String, Wanted> wanted() {
    SortedMap<String, Wanted> wanted = new TreeMap<>();
    newest.forEach(
        (name, version) -> {
          if (!version.getDeleted()) {
            wanted.put(name, wanted(version));
          }
        });
    return wanted;
  }

  private Wanted wanted(PipelineVersion version) {
    Running current = running.get(version.getPipeline());
    return current != null && current.pipeline().version() >= version.getVersion()
        ? new Wanted(
            version.getVersion(), current.application().state(), current.application().failure())
        : new Wanted(
            version.getVersion(),
            State.STARTING,
            Optional.ofNullable(
                notStarted.get(new VersionKey(version.getPipeline(), version.getVersion()))));
  }

  /** Waits for what is being started; nothing is started afterwards. */
  @PreDestroy
  void stopAll() {
    if (!lifecycle.close(CLOSE_TIMEOUT)) {
      LOG.warn("a pipeline is still being started while all are stopped");
    }
    running.values().parallelStream().forEach(PipelineApplications::close);
    running.clear();
  }

  /** Whatever one throws, the others are closed too. */
  private static void close(Running entry) {
    try {
      entry.application().close();
    } catch (RuntimeException | Error e) {
      LOG.warn("pipeline={} is not wholly closed", entry.pipeline().name(), e);
    }
  }

  private void remember(PipelineVersion version) {
    versions.put(new VersionKey(version.getPipeline(), version.getVersion()), version);
    newest.merge(version.getPipeline(), version, (a, b) -> b.getVersion() > a.getVersion() ? b : a);
  }

  private void later(String pipeline, int tries, Duration pause) {
    lifecycle.after(pause, () -> replace(Objects.requireNonNull(newest.get(pipeline)), tries));
  }

  private void replace(PipelineVersion version, int tries) {
    Running current = running.get(version.getPipeline());
    boolean isOld = current != null && current.pipeline().version() >= version.getVersion();
    if (!again.remove(version.getPipeline()) && isOld) {
      return;
    }
    VersionKey key = new VersionKey(version.getPipeline(), version.getVersion());
    try {
      if (version.getDeleted()) {
        stop(current);
        factory.forget(version.getPipeline());
      } else {
        RunnablePipeline pipeline = RunnablePipeline.of(version); // before the one that runs ends
        stop(current);
        if (current != null && current.pipeline().since() < version.getSince()) {
          factory.forget(version.getPipeline()); // the deletion between them was slept through
        }
        start(pipeline);
      }
      notStarted.remove(key);
    } catch (RuntimeException | Error e) {
      Duration pause = Backoff.UP_TO_A_MINUTE.after(tries);
      notStarted.put(key, PipelineFailure.of(ErrorCode.APPLICATION_FAILED, e.toString()));
      LOG.error(
          "pipeline={} version={} could not be started, trying again in {} s",
          version.getPipeline(),
          version.getVersion(),
          pause.toSeconds(),
          e);
      later(version.getPipeline(), tries + 1, pause);
    }
  }

  private void stop(@Nullable Running current) {
    if (current != null) {
      running.remove(current.pipeline().name());
      current.application().close();
    }
  }

  private void start(RunnablePipeline pipeline) {
    PipelineApplication application = factory.start(pipeline);
    if (lifecycle.hasEnded()) {
      application.close();
      return;
    }
    running.put(pipeline.name(), new Running(pipeline, application));
    LOG.info("pipeline={} version={} started", pipeline.name(), pipeline.version());
  }
}
