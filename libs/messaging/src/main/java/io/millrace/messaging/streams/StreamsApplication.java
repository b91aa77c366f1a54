package io.millrace.messaging.streams;

import io.millrace.messaging.pipelines.PipelineApplication.State;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one Kafka Streams client running: a thread that dies is replaced, a client that ends in an
 * error (a topic is missing, the broker is away at start) is made anew after a pause.
 */
public final class StreamsApplication implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamsApplication.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  private final String id;
  private final Function<PartitionLag, Topology> topology;
  private final Properties properties;
  private final ScheduledExecutorService supervisor;
  private volatile @Nullable KafkaStreams streams;
  private volatile boolean closed;

  public StreamsApplication(Function<PartitionLag, Topology> topology, Properties properties) {
    this.id = properties.getProperty("application.id");
    this.topology = topology;
    this.properties = properties;
    this.supervisor =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name(id + "-supervisor").factory());
  }

  /** Returns at once; {@link #state} tells when it runs. */
  public void start() {
    supervisor.scheduleWithFixedDelay(
        this::ensureRunning, 0, PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** RUNNING also while partitions move between instances. */
  public State state() {
    KafkaStreams current = streams;
    if (current == null) {
      return State.STARTING;
    }
    return switch (current.state()) {
      case RUNNING -> State.RUNNING;
      case CREATED, REBALANCING -> State.STARTING;
      case PENDING_ERROR, ERROR -> State.STARTING;
      case PENDING_SHUTDOWN, NOT_RUNNING -> State.FAILED;
    };
  }

  /** The client as it is now, for reading its stores. */
  public @Nullable KafkaStreams client() {
    return streams;
  }

  private void ensureRunning() {
    KafkaStreams current = streams;
    if (closed || (current != null && current.state() != KafkaStreams.State.ERROR)) {
      return;
    }
    try {
      if (current != null) {
        current.close(CLOSE_TIMEOUT);
      }
      LagAwareClientSupplier clients = new LagAwareClientSupplier();
      KafkaStreams fresh = new KafkaStreams(topology.apply(clients), properties, clients);
      fresh.setUncaughtExceptionHandler(
          error -> {
            LOG.warn("application={} a stream thread failed and is replaced", id, error);
            return StreamThreadExceptionResponse.REPLACE_THREAD;
          });
      streams = fresh;
      fresh.start();
    } catch (RuntimeException e) {
      LOG.warn("application={} could not be started, trying again", id, e);
    }
  }

  @Override
  public void close() {
    closed = true;
    supervisor.shutdownNow();
    KafkaStreams current = streams;
    if (current != null) {
      current.close(CLOSE_TIMEOUT);
    }
  }
}
