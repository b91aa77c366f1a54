package io.millrace.ingest.pipelines;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.errors.Fault.Again;
import io.millrace.ingest.topics.ControlTopics;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.failures.Failure;
import io.millrace.messaging.http.ProblemException;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows whether this process has caught up with what was applied before it started. Until then an
 * unknown pipeline is not a reason to refuse events for good.
 */
@ApplicationScoped
public class KnownPipelines {
  private static final Logger LOG = LoggerFactory.getLogger(KnownPipelines.class);
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final ControlTopics topics;
  private final PipelineLog log;
  private final PipelineApplications applications;
  private final Background background = new Background("catching-up");

  private @Nullable Map<String, PipelineLog.Known> before;
  private volatile boolean caughtUp;
  private volatile ErrorCode waitingFor = ErrorCode.KAFKA_UNAVAILABLE;
  private volatile boolean warned;

  @Inject
  public KnownPipelines(ControlTopics topics, PipelineLog log, PipelineApplications applications) {
    this.topics = topics;
    this.log = log;
    this.applications = applications;
  }

  /**
   * The application of a pipeline.
   *
   * @throws ProblemException when there is none, or none yet
   */
  public PipelineApplication application(String pipeline) {
    return applications
        .running(pipeline)
        .map(PipelineApplications.Running::application)
        .orElseThrow(() -> caughtUp ? unknown(pipeline) : starting());
  }

  boolean caughtUp() {
    return caughtUp;
  }

  void start(@Observes StartupEvent event) {
    background.every(PAUSE, this::catchUp);
  }

  @PreDestroy
  void stop() {
    boolean unused = background.close(Duration.ZERO);
  }

  private void catchUp() {
    try {
      if (before == null) {
        topics.ensure();
        before = log.pipelines();
      }
      if (before.values().stream().allMatch(this::isHere)) {
        caughtUp = true;
        background.end();
      }
    } catch (RuntimeException | Error e) {
      ErrorCode code = Failure.of(e).code();
      waitingFor =
          code.fault().again() == Again.WHEN_IT_IS_BACK ? code : ErrorCode.KAFKA_UNAVAILABLE;
      if (!warned) {
        LOG.warn("waiting for broker and registry: {}", e.toString());
      }
      warned = true;
    }
  }

  private boolean isHere(PipelineLog.Known known) {
    PipelineVersion version = known.newest();
    return version.getDeleted()
        || applications
            .running(version.getPipeline())
            .filter(running -> running.pipeline().version() >= version.getVersion())
            .isPresent();
  }

  private static ProblemException unknown(String pipeline) {
    return new ProblemException(
        ErrorCode.UNKNOWN_PIPELINE,
        "there is no pipeline "
            + pipeline
            + "; apply its file first: PUT /v1/pipelines/"
            + pipeline);
  }

  private ProblemException starting() {
    return new ProblemException(
        waitingFor,
        "this instance has not read yet which pipelines there are; send the request again");
  }
}
