package io.millrace.messaging.runs;

import static java.util.stream.Collectors.toMap;

import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.StepState;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.failures.Failure;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.runs.Runs.Due;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does a service's steps of runs. What is to be done follows from the topic alone: it is read from
 * its beginning, so that a restart or another instance goes on where the events end. A pipeline's
 * partition belongs to one instance; what an instance says after it lost the partition is refused
 * by the broker, because every word goes in a transaction that carries its membership.
 *
 * <p>A failure on the way to Kafka leads back to the beginning of the topic; a step at work goes on
 * meanwhile, and its result is told then. What a step fails with decides what follows: see {@link
 * io.millrace.contracts.errors.Fault}.
 */
public final class RunWorker implements ConsumerRebalanceListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunWorker.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration ASK = Duration.ofSeconds(5);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(30));
  private static final Duration CLOSE = Duration.ofSeconds(5);

  /** What a worker is doing. */
  public enum State {
    STARTING,
    RUNNING,
    FAILED
  }

  private final RunClients clients;
  private final List<StepWork> works;
  private final ControlReader<RunStep> steps;
  private final Map<Integer, Set<String>> pipelines = new HashMap<>();
  private final Runs runs = new Runs();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = Thread.ofPlatform().daemon().name("runs").unstarted(this::run);
  private volatile State state = State.STARTING;
  private volatile @Nullable Consumer<byte[], byte[]> consumer;
  private @Nullable StepAttempt attempt;

  public RunWorker(RunClients clients, List<StepWork> works) {
    this.clients = clients;
    this.works = List.copyOf(works);
    this.steps = new ControlReader<>(ControlTopic.RUNS, clients.schemas());
  }

  /** Returns at once; {@link #state} tells when it runs. */
  public void start() {
    thread.start();
  }

  public State state() {
    return state;
  }

  private void run() {
    try (Consumer<byte[], byte[]> kafka = connect()) {
      kafka.subscribe(List.of(ControlTopic.RUNS.name()), this);
      int failures = 0;
      while (closed.getCount() > 0) {
        try {
          work(kafka);
        } catch (WakeupException e) {
          LOG.debug("closing");
        } catch (KafkaException | RegistryUnavailableException e) {
          failures = state == State.RUNNING ? 1 : failures + 1;
          state = State.STARTING;
          requireName(kafka, e);
          LOG.warn("runs are interrupted, reading them again: {}", e.toString());
          pause(failures);
        } finally {
          leave();
        }
      }
    } catch (ReplacedException e) {
      LOG.error("no more runs are worked on: another process runs under this name", e);
      state = State.FAILED;
    } catch (InterruptedException e) {
      LOG.debug("closing");
    } catch (RuntimeException | Error e) {
      if (closed.getCount() > 0) {
        LOG.error("no more runs are worked on: this is a bug", e);
        state = State.FAILED;
      }
    } finally {
      consumer = null;
      forget(Set.copyOf(pipelines.keySet()));
    }
  }

  /** Tries until there is one: while no broker's name can be resolved none can be made. */
  private Consumer<byte[], byte[]> connect() throws InterruptedException {
    for (int failures = 1; ; failures++) {
      try {
        Consumer<byte[], byte[]> kafka = clients.consumer();
        consumer = kafka;
        return kafka;
      } catch (KafkaException e) {
        LOG.warn("no consumer yet: {}", e.toString());
        pause(failures);
        if (closed.getCount() == 0) {
          throw new InterruptedException("closed");
        }
      }
    }
  }

  /**
   * Until something fails. The writer comes only after the group has taken this process for the one
   * of its name: it shuts out every other writer of the name, and whoever finds itself shut out
   * asks the group whether it was replaced.
   */
  private void work(Consumer<byte[], byte[]> kafka) {
    while (closed.getCount() > 0 && kafka.assignment().isEmpty()) {
      accept(kafka.poll(POLL));
      if (kafka.assignment().isEmpty() && kafka.groupMetadata().generationId() >= 0) {
        state = State.RUNNING; // others have all partitions
      }
    }
    if (closed.getCount() == 0) {
      return;
    }
    state = State.STARTING;
    prove(kafka);
    try (StepWriter writer = clients.writer()) {
      kafka.seekToBeginning(kafka.assignment());
      while (closed.getCount() > 0) {
        step(kafka, writer);
      }
    }
  }

  /**
   * Asks the group whether this process is still the one of its name; the offset means nothing.
   * While the group shares its partitions out anew, only another poll would tell.
   */
  private static void prove(Consumer<byte[], byte[]> kafka) {
    try {
      kafka.commitSync(
          kafka.assignment().stream().collect(toMap(p -> p, p -> new OffsetAndMetadata(0))), ASK);
    } catch (RebalanceInProgressException e) {
      LOG.debug("not asked", e);
    }
  }

  /**
   * After a failure. A writer is shut out by a successor as well as by a transaction of its own
   * that took too long, and can't tell the two apart; the group can.
   */
  private static void requireName(Consumer<byte[], byte[]> kafka, RuntimeException failure) {
    requireNotReplaced(failure);
    try {
      prove(kafka);
    } catch (KafkaException e) {
      requireNotReplaced(e);
    }
  }

  private static void requireNotReplaced(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof FencedInstanceIdException) {
        throw new ReplacedException(failure);
      }
    }
  }

  private static final class ReplacedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ReplacedException(Throwable cause) {
      super(cause);
    }
  }

  private void step(Consumer<byte[], byte[]> kafka, StepWriter writer) {
    accept(kafka.poll(POLL));
    boolean caughtUp =
        kafka.assignment().stream().allMatch(p -> kafka.currentLag(p).orElse(1) == 0);
    if (!caughtUp) {
      return;
    }
    state = State.RUNNING;
    StepAttempt current = attempt;
    if (current != null && !isAwaited(current)) {
      cancel(current);
    } else if (current != null) {
      follow(kafka, writer, current);
    } else {
      Instant now = clients.clock().instant();
      runs.due(works, due -> Wait.isOver(due, now)).ifPresent(due -> begin(kafka, writer, due));
    }
  }

  /** Whether the run still stands where an attempt began; it may have been ended meanwhile. */
  private boolean isAwaited(StepAttempt current) {
    Due due = current.due();
    return runs.of(due.run().pipeline()).stream()
        .filter(run -> run.id().equals(due.run().id()) && run.isOpen())
        .flatMap(run -> run.step(due.work().step()).stream())
        .anyMatch(
            step ->
                step.getAttempt() == current.number()
                    && step.getState().equals(StepState.RUNNING.name()));
  }

  private void cancel(StepAttempt current) {
    current.cancel();
    attempt = null;
  }

  private void begin(Consumer<byte[], byte[]> kafka, StepWriter writer, Due due) {
    boolean awaited = Wait.of(due).filter(Wait::isForNeighbour).isPresent();
    int number = Math.max(1, StepWriter.attempts(due) + (awaited ? 0 : 1));
    if (number > StepWriter.MOST_ATTEMPTS) {
      tell(writer.gaveUp(kafka.groupMetadata(), due));
      return;
    }
    tell(
        writer.running(
            kafka.groupMetadata(), due, number, Wait.remembered(due, Evidence.create())));
    StepAttempt begun = new StepAttempt(due, number, clients.stored());
    attempt = begun;
    begun.start();
    LOG.info("run={} step={} attempt={}", due.run().id(), due.work().step().text(), number);
  }

  private void follow(Consumer<byte[], byte[]> kafka, StepWriter writer, StepAttempt current) {
    Due due = current.due();
    if (current.outcome().isPresent()) {
      // an outcome whose word gets lost is told again
      switch (current.outcome().get()) {
        case StepAttempt.Outcome.Made made ->
            tell(writer.made(kafka.groupMetadata(), due, current.number(), made));
        case StepAttempt.Outcome.Failed failed ->
            tell(
                writer.failed(
                    kafka.groupMetadata(), due, current.number(), failed.code(), failed.message()));
        case StepAttempt.Outcome.Broken broken -> putOff(kafka, writer, current, broken.failure());
      }
      attempt = null;
      return;
    }
    current
        .takeProgress()
        .ifPresent(
            evidence ->
                tell(
                    writer.running(
                        kafka.groupMetadata(),
                        due,
                        current.number(),
                        Wait.remembered(due, Evidence.parse(evidence.toString())))));
  }

  /** Until it is tried again; for a neighbour only so long. */
  private void putOff(
      Consumer<byte[], byte[]> kafka, StepWriter writer, StepAttempt current, Failure failure) {
    Due due = current.due();
    Instant now = clients.clock().instant();
    Wait wait = Wait.after(due, failure, now);
    if (wait.isForNeighbour() && !now.isBefore(wait.since().plus(clients.patience()))) {
      tell(
          writer.failed(
              kafka.groupMetadata(),
              due,
              current.number(),
              failure.code(),
              "waited since %s: %s".formatted(wait.since(), failure.message())));
      return;
    }
    LOG.warn(
        "run={} step={} code={} is tried again in {} s: {}",
        due.run().id(),
        due.work().step().text(),
        failure.code(),
        wait.pause().toSeconds(),
        failure.message());
    tell(writer.running(kafka.groupMetadata(), due, current.number(), wait.evidence()));
  }

  /** What was written counts at once; it comes again through the topic and changes nothing. */
  private void tell(List<RunStep> written) {
    written.forEach(runs::accept);
  }

  private void accept(ConsumerRecords<byte[], byte[]> records) {
    records.forEach(this::accept);
  }

  private void accept(ConsumerRecord<byte[], byte[]> record) {
    steps.read(
        record,
        step -> {
          pipelines
              .computeIfAbsent(record.partition(), partition -> new TreeSet<>())
              .add(step.getPipeline());
          runs.accept(step);
        });
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    Consumer<byte[], byte[]> kafka = consumer;
    if (kafka != null) {
      // waits until what the last owner has begun to commit is committed or refused
      Map<TopicPartition, OffsetAndMetadata> unused = kafka.committed(Set.copyOf(partitions));
      kafka.seekToBeginning(partitions);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    forget(partitions.stream().map(TopicPartition::partition).toList());
  }

  private void forget(Collection<Integer> partitions) {
    for (Integer partition : partitions) {
      Set<String> lost = pipelines.remove(partition);
      if (lost != null) {
        lost.forEach(runs::forget);
        StepAttempt current = attempt;
        if (current != null && lost.contains(current.due().run().pipeline())) {
          cancel(current);
        }
      }
    }
  }

  /** What is known is read anew; a step at work goes on as long as its partition stays here. */
  private void leave() {
    pipelines.values().forEach(names -> names.forEach(runs::forget));
    if (state != State.FAILED) {
      state = State.STARTING;
    }
  }

  private void pause(int failures) throws InterruptedException {
    boolean unused = closed.await(BACKOFF.after(failures).toMillis(), TimeUnit.MILLISECONDS);
  }

  /** A step at work is left to the next start. */
  @Override
  public void close() {
    closed.countDown();
    Consumer<byte[], byte[]> kafka = consumer;
    if (kafka != null) {
      kafka.wakeup();
    }
    try {
      if (thread.getState() != Thread.State.NEW && !thread.join(CLOSE)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
