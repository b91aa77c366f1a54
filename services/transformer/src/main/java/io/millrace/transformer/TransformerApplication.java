package io.millrace.transformer;

import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.transformer.online.FeatureWriter;
import io.millrace.transformer.parts.PartWriter;
import io.millrace.transformer.stream.TransformerStreams;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
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

  private final TransformerStreams streams;
  private final @Nullable FeatureWriter features;
  private final ScheduledExecutorService starter =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("part-writer-start").factory());
  private volatile @Nullable PartWriter parts;

  TransformerApplication(TransformerStreams streams, Supplier<PartWriter> parts) {
    this(streams, parts, null);
  }

  TransformerApplication(
      TransformerStreams streams, Supplier<PartWriter> parts, @Nullable FeatureWriter features) {
    this.streams = streams;
    this.features = features;
    starter.scheduleWithFixedDelay(() -> startParts(parts), 0, 1, TimeUnit.SECONDS);
  }

  /** FAILED if one has failed, RUNNING when the streams and the part writer run. */
  @Override
  public State state() {
    PartWriter writer = parts;
    State written = writer == null ? State.STARTING : writer.state();
    State streamed = streams.state();
    if (written == State.FAILED || streamed == State.FAILED) {
      return State.FAILED;
    }
    return written == State.RUNNING && streamed == State.RUNNING ? State.RUNNING : State.STARTING;
  }

  @Override
  public Map<String, Object> counts() {
    return streams.counts();
  }

  private synchronized void startParts(Supplier<PartWriter> supplier) {
    if (parts != null || starter.isShutdown()) {
      return;
    }
    try {
      PartWriter writer = supplier.get();
      writer.start();
      parts = writer;
      starter.shutdown();
    } catch (RegistryUnavailableException e) {
      LOG.warn("the part writer waits for the schema registry: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("the part writer can't be started", e);
    }
  }

  @Override
  public void close() {
    starter.shutdownNow();
    streams.close();
    PartWriter writer;
    synchronized (this) {
      writer = parts;
    }
    if (writer != null) {
      writer.close();
    }
    if (features != null) {
      features.close();
    }
  }
}
