package io.millrace.messaging.streams;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.consumers.Announcer;
import io.millrace.messaging.failures.Background;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import io.millrace.messaging.streams.Life.Blame;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one Kafka Streams client running. A record that can't be processed is passed over (see
 * {@link FaultBoundary}); whatever else ends a thread ends the client, which is made anew, with its
 * topology, after a pause. The pauses grow, and an application that is not to be helped ends as
 * {@link State#FAILED}; one whose neighbours are away waits for them.
 */
public final class StreamsApplication implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StreamsApplication.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  /** So long after failures its alert is not over: each try may run for a moment. */
  private static final Duration SETTLED = Duration.ofSeconds(30);

  private final String id;
  private final Function<PartitionLag, Topology> topology;
  private final Properties properties;
  private final StateChecks states;
  private final FaultBoundary boundary;
  private final Announcer announcer;
  private final Clock clock;
  private final Background supervisor;
  private final AtomicReference<@Nullable Death> death = new AtomicReference<>();
  private volatile Life life = new Life.Starting(Life.Failures.NONE);
  private volatile @Nullable KafkaStreams streams;
  private volatile boolean closed;

  /** Why a thread ended. */
  private record Death(PipelineFailure failure, Blame blame) {}

  /**
   * @param topology made for each start; throws when something that it needs is not there
   * @param properties those of {@link StreamsSettings}
   * @param states what may be restored
   * @param refused what a record that can't be processed looks like in quarantine
   */
  public StreamsApplication(
      Function<PartitionLag, Topology> topology,
      Properties properties,
      StateChecks states,
      RefusedRecords refused,
      ApplicationAlerts alerts) {
    this.id = properties.getProperty(StreamsConfig.APPLICATION_ID_CONFIG);
    this.topology = topology;
    this.properties = properties;
    this.states = states;
    this.announcer = new Announcer(id, alerts);
    this.clock = Clock.systemUTC();
    this.supervisor = new Background(id + "-supervisor");
    this.boundary =
        new FaultBoundary(
            id, refused, failure -> announcer.happened(() -> alerts.passedOver(failure)));
  }

  /** Returns at once; {@link #state} tells when it runs. Does nothing once it is closed. */
  public void start() {
    later(this::open);
  }

  /** RUNNING only while all partitions that it holds are worked on. */
  public State state() {
    if (life instanceof Life.Failed) {
      return State.FAILED;
    }
    KafkaStreams current = streams;
    if (current == null || life instanceof Life.Pausing) {
      return State.STARTING;
    }
    return switch (current.state()) {
      case RUNNING -> State.RUNNING;
      case CREATED, REBALANCING -> State.STARTING;
      case PENDING_ERROR, ERROR -> State.STARTING;
      case PENDING_SHUTDOWN, NOT_RUNNING -> closed ? State.FAILED : State.STARTING;
    };
  }

  /** Why it does not run: for good, or until the next try. */
  public Optional<PipelineFailure> failure() {
    return switch (life) {
      case Life.Failed failed -> Optional.of(failed.failure());
      case Life.Pausing pausing -> Optional.of(pausing.failure());
      case Life.Starting starting -> Optional.empty();
      case Life.Running running -> Optional.empty();
    };
  }

  /** The client as it is now, for reading its stores. */
  public @Nullable KafkaStreams client() {
    return streams;
  }

  private void later(Runnable task) {
    later(task, Duration.ZERO);
  }

  /** Whatever the task throws, a thread that can't be had too, is a failure of the application. */
  private void later(Runnable task, Duration pause) {
    supervisor.after(
        pause,
        () -> {
          try {
            task.run();
          } catch (RuntimeException | Error e) {
            closeClient();
            failed(examine(e, List::of));
          }
        });
  }

  private void open() {
    if (closed || life instanceof Life.Failed) {
      return;
    }
    if (life instanceof Life.Pausing pausing) {
      life = pausing.again();
    }
    death.set(null);
    LagAwareClientSupplier clients =
        new LagAwareClientSupplier(boundary, states.byChangelog(id), this::restoreFailed);
    Topology built = topology.apply(clients);
    KafkaStreams fresh = new KafkaStreams(built, guarded(clients), clients);
    fresh.setUncaughtExceptionHandler(
        error -> {
          death.compareAndSet(null, examine(error, () -> clients.missing(built)));
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    fresh.setStateListener((now, before) -> changed(now));
    streams = fresh;
    if (closed) {
      fresh.close(CLOSE_TIMEOUT); // whoever closed this may not have seen it
    } else {
      fresh.start();
    }
  }

  private Properties guarded(LagAwareClientSupplier clients) {
    Properties all = new Properties();
    all.putAll(properties);
    all.put(FaultBoundary.CONFIG, clients);
    all.put(StreamsConfig.PROCESSING_EXCEPTION_HANDLER_CLASS_CONFIG, FaultHandler.class);
    all.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, FaultHandler.class);
    all.put(StreamsConfig.DESERIALIZATION_EXCEPTION_HANDLER_CLASS_CONFIG, FaultHandler.class);
    return all;
  }

  /**
   * On the thread that fails: only there Kafka Streams tells which record it has in hand.
   *
   * @param missing the topics that are not there, which Kafka Streams does not name
   */
  private Death examine(Throwable error, Supplier<List<String>> missing) {
    String message = Cause.describe(error);
    PipelineFailure failure = PipelineFailure.of(ErrorCode.APPLICATION_FAILED, message);
    return switch (Cause.of(error)) {
      case STATE ->
          new Death(
              DamagedStateException.in(error)
                  .map(place -> PipelineFailure.at(place, ErrorCode.STATE_DAMAGED, message))
                  .orElseGet(() -> PipelineFailure.of(ErrorCode.STATE_NEWER, message)),
              Blame.FATAL);
      case NEIGHBOUR ->
          new Death(
              PipelineFailure.of(Cause.code(error, ErrorCode.KAFKA_UNAVAILABLE), message),
              Blame.OTHERS);
      case MISSING -> {
        List<String> topics = missing.get();
        String what = topics.isEmpty() ? message : "there is no topic " + String.join(", ", topics);
        yield new Death(PipelineFailure.of(ErrorCode.TOPIC_MISSING, what), Blame.OTHERS);
      }
      case REFUSED ->
          new Death(
              PipelineFailure.of(
                  Cause.code(error, ErrorCode.KAFKA_REFUSED), Cause.describeRefusal(error)),
              Blame.OTHERS);
      case APPLICATION -> new Death(failure, Blame.OWN);
      case RECORD -> {
        Optional<Place> place = RecordInHand.of(error);
        boolean isNews = place.isPresent() && boundary.suspect(place.get(), error);
        yield new Death(
            place
                .map(at -> PipelineFailure.at(at, ErrorCode.PROCESSING_FAILED, message))
                .orElse(failure),
            isNews ? Blame.OTHERS : Blame.OWN);
      }
    };
  }

  /** A thread has nothing to restore any more: its client ends, whatever the others do. */
  private void restoreFailed(RuntimeException error) {
    Death why = examine(error, List::of);
    later(
        () -> {
          if (life instanceof Life.Pausing && why.blame() != Blame.FATAL) {
            return; // of a client that has ended meanwhile
          }
          if (why.blame() == Blame.FATAL) {
            failed(why); // to close may take long
          }
          closeClient();
          failed(why);
        });
  }

  private void closeClient() {
    KafkaStreams current = streams;
    if (current != null && !closed) {
      try {
        current.close(CLOSE_TIMEOUT);
      } catch (RuntimeException | Error e) {
        LOG.warn("application={} its client is not wholly closed", id, e);
      }
    }
  }

  private void changed(KafkaStreams.State now) {
    if (now == KafkaStreams.State.RUNNING) {
      later(
          () -> {
            if (life instanceof Life.Starting starting) {
              Life.Running running = starting.running(clock.instant());
              life = running;
              later(() -> settled(running), announcer.isAlerted() ? SETTLED : Duration.ZERO);
            }
          });
    } else if (now == KafkaStreams.State.ERROR) {
      later(
          () -> {
            closeClient();
            Death why = death.get();
            failed(
                why != null
                    ? why
                    : new Death(
                        PipelineFailure.of(
                            ErrorCode.APPLICATION_FAILED, "its threads ended without a word"),
                        Blame.OWN));
          });
    }
  }

  private void settled(Life.Running running) {
    if (life == running) {
      announcer.running();
    }
  }

  private void failed(Death why) {
    Life before = life;
    if (closed
        || before instanceof Life.Failed
        || (before instanceof Life.Pausing && why.blame() != Blame.FATAL)) {
      return;
    }
    Life.Ended ended =
        switch (before) {
          case Life.Starting starting -> starting.failed(why.failure(), why.blame());
          case Life.Running running -> running.failed(why.failure(), why.blame(), clock.instant());
          case Life.Ended unused -> new Life.Failed(why.failure());
        };
    life = ended;
    switch (ended) {
      case Life.Pausing pausing -> {
        LOG.warn(
            "application={} code={} starting again in {} s: {}",
            id,
            pausing.failure().code(),
            pausing.pause().toSeconds(),
            pausing.failure());
        if (pausing.failure().isForTheOperator() && !announcer.isAlerted()) {
          announcer.failed(pausing.failure());
        }
        later(this::open, pausing.pause());
      }
      case Life.Failed failed -> {
        LOG.error(
            "application={} code={} has FAILED, and is not started again: {}",
            id,
            failed.failure().code(),
            failed.failure());
        announcer.failed(failed.failure());
      }
    }
  }

  /** Waits for what is being opened; nothing is opened afterwards. */
  @Override
  public void close() {
    closed = true;
    announcer.close();
    boolean unused = supervisor.close(CLOSE_TIMEOUT);
    boolean interrupted = Thread.interrupted(); // it would keep the client from being closed
    KafkaStreams current = streams;
    if (current != null) {
      current.close(CLOSE_TIMEOUT);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
