package io.millrace.transformer;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.transformer.online.FeatureWriter;
import io.millrace.transformer.parts.PartWriter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One pipeline's streams, part writer and Redis writer. The part writer has to wait for the
 * registry; the others do not wait for it.
 */
final class TransformerApplication implements PipelineApplication {
  private static final Logger LOG = LoggerFactory.getLogger(TransformerApplication.class);
  private static final Backoff OF_REGISTRY = Backoff.UP_TO_TEN_SECONDS;

  private final PipelineApplication streams;
  private final @Nullable FeatureWriter features;
  private final Background starter = new Background("part-writer-start");
  private volatile @Nullable PartWriter parts;
  private volatile Optional<PipelineFailure> notStarted = Optional.empty();

  TransformerApplication(PipelineApplication streams, Supplier<PartWriter> parts) {
    this(streams, parts, null);
  }

  TransformerApplication(
      PipelineApplication streams, Supplier<PartWriter> parts, @Nullable FeatureWriter features) {
    this.streams = streams;
    this.features = features;
    starter.execute(() -> startParts(parts, 1));
  }

  /** FAILED if one has failed, RUNNING when the streams and the part writer run. */
  @Override
  public State state() {
    PartWriter writer = parts;
    State written = writer == null ? State.STARTING : writer.state();
    State streamed = streams.state();
    if (written == State.FAILED || streamed == State.FAILED || haveFeaturesFailed()) {
      return State.FAILED;
    }
    return written == State.RUNNING && streamed == State.RUNNING ? State.RUNNING : State.STARTING;
  }

  @Override
  public Map<String, Object> counts() {
    return streams.counts();
  }

  @Override
  public Map<String, Object> details() {
    return streams.details();
  }

  @Override
  public Optional<PipelineFailure> failure() {
    PartWriter writer = parts;
    FeatureWriter redis = features;
    return streams
        .failure()
        .or(() -> notStarted)
        .or(() -> writer == null ? Optional.empty() : writer.failure())
        .or(() -> redis == null ? Optional.empty() : redis.failure());
  }

  /** Only then do they concern the others, which go on while Redis is away. */
  private boolean haveFeaturesFailed() {
    return features != null && features.state() == State.FAILED;
  }

  private synchronized void startParts(Supplier<PartWriter> supplier, int tries) {
    if (starter.hasEnded()) {
      return;
    }
    try {
      PartWriter writer = supplier.get();
      writer.start();
      parts = writer;
      notStarted = Optional.empty();
      starter.end();
    } catch (RegistryUnavailableException e) {
      startPartsLater(supplier, tries, OF_REGISTRY, e.code(), e);
    } catch (RuntimeException | Error e) {
      startPartsLater(supplier, tries, Backoff.UP_TO_A_MINUTE, ErrorCode.APPLICATION_FAILED, e);
    }
  }

  private void startPartsLater(
      Supplier<PartWriter> supplier, int tries, Backoff pauses, ErrorCode code, Throwable cause) {
    if (starter.hasEnded()) {
      return;
    }
    Duration pause = pauses.after(tries);
    notStarted = Optional.of(PipelineFailure.of(code, "the part writer is not started: " + cause));
    LOG.warn(
        "code={} the part writer is not started, trying again in {} s",
        code,
        pause.toSeconds(),
        cause);
    starter.after(pause, () -> startParts(supplier, tries + 1));
  }

  /** Waits for a part writer that is being started; none is started afterwards. */
  @Override
  public void close() {
    boolean unused = starter.close(Duration.ZERO); // the monitor waits
    try {
      streams.close();
    } finally {
      closeWriters();
    }
  }

  private void closeWriters() {
    PartWriter writer;
    synchronized (this) {
      writer = parts;
    }
    try {
      if (writer != null) {
        writer.close();
      }
    } finally {
      if (features != null) {
        features.close();
      }
    }
  }
}
