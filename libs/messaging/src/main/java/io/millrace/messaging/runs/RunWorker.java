package io.millrace.messaging.runs;

import static java.util.stream.Collectors.toMap;

import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.StepState;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.failures.Failure;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.runs.Runs.Due;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
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
public final class RunWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunWorker.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration ASK = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(20);

  private final RunClients clients;
  private final List<StepWork> works;
  private final ControlReader<RunStep> steps;
  private final Map<Integer, Runs> runs = new TreeMap<>();

  /** The offset of the last word of its own, by partition. */
  private final Map<TopicPartition, Long> said = new HashMap<>();

  /** The attempts that may be at work, cancelled ones among them. */
  private final Set<StepAttempt> begun = new HashSet<>();

  private final ConsumerLoop loop;
  private volatile boolean caughtUp;
  private @Nullable StepAttempt attempt;
  private boolean closed;

  public RunWorker(RunClients clients, List<StepWork> works) {
    this(clients, works, clients::consumer);
  }

  RunWorker(
      RunClients clients, List<StepWork> works, Supplier<Consumer<byte[], byte[]>> consumers) {
    this.clients = clients;
    this.works = List.copyOf(works);
    this.steps = new ControlReader<>(ControlTopic.RUNS, clients.schemas());
    this.loop =
        new ConsumerLoop(
            "runs", consumers, new Words(), ConsumerLoop.Watch.of(ConsumerLoop.Alerts.NONE));
  }

  /** Returns at once; {@link #state} tells when it runs. */
  public void start() {
    loop.start();
  }

  /** RUNNING once it knows what was said in its partitions. */
  public State state() {
    State read = loop.state();
    return read == State.RUNNING && !caughtUp ? State.STARTING : read;
  }

  /** Why it does not run, though it goes on trying. */
  public Optional<PipelineFailure> failure() {
    return loop.failure();
  }

  /** How far it is, and why not further; up while the service is as it should be. */
  public HealthCheckResponse readiness(Predicate<State> up) {
    State state = state();
    HealthCheckResponseBuilder response =
        HealthCheckResponse.named("runs").withData("state", state.name());
    failure().ifPresent(why -> response.withData("failure", why.toString()));
    return response.status(up.test(state)).build();
  }

  /** Reads the words on runs, and adds its own. */
  private final class Words implements ConsumerLoop.Handler {
    private @Nullable Consumer<byte[], byte[]> consumer;
    private @Nullable StepWriter writer;

    @Override
    public void begin(Consumer<byte[], byte[]> kafka) {
      if (consumer == null) {
        kafka.subscribe(List.of(ControlTopic.RUNS.name()), this);
      }
      consumer = kafka;
      kafka.seekToBeginning(kafka.assignment());
    }

    /**
     * The writer comes only after the group has taken this process for the one of its name: it
     * shuts out every other writer of the name, and whoever finds itself shut out asks the group
     * whether it was replaced. Behind a poll: none but a poll tells whom the group has shut out.
     */
    private void open(Consumer<byte[], byte[]> kafka) {
      if (isMember(kafka)) {
        writer = clients.writer();
        kafka.seekToBeginning(kafka.assignment());
      }
    }

    @Override
    public void handle(ConsumerRecords<byte[], byte[]> records) {
      Consumer<byte[], byte[]> kafka = Objects.requireNonNull(consumer);
      records.forEach(RunWorker.this::accept);
      if (writer != null) {
        step(kafka, writer);
      } else if (!kafka.assignment().isEmpty()) {
        open(kafka);
      } else if (kafka.groupMetadata().generationId() >= 0) {
        caughtUp = true; // others have all partitions
      }
    }

    /** What is known is read anew; a step at work goes on as long as its partition stays here. */
    @Override
    public void end() {
      caughtUp = false;
      said.clear();
      runs.clear();
      StepWriter last = writer;
      writer = null;
      if (last != null) {
        last.close();
      }
    }

    @Override
    public Duration patience() {
      return POLL;
    }

    /** Words are read from their beginning at each start. */
    @Override
    public long done(Consumer<byte[], byte[]> kafka, TopicPartition partition) {
      return kafka.position(partition);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      Consumer<byte[], byte[]> kafka = Objects.requireNonNull(consumer);
      // waits until what the last owner has begun to commit is committed or refused
      Map<TopicPartition, OffsetAndMetadata> unused = kafka.committed(Set.copyOf(partitions));
      kafka.seekToBeginning(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      said.keySet().removeAll(partitions);
      partitions.forEach(partition -> forget(partition.partition()));
    }
  }

  /**
   * Asks the group whether this process is still the one of its name; the offset means nothing.
   * While the group shares its partitions out anew, or has lost this member, only another poll
   * tells.
   */
  private static boolean isMember(Consumer<byte[], byte[]> kafka) {
    try {
      kafka.commitSync(
          kafka.assignment().stream().collect(toMap(p -> p, p -> new OffsetAndMetadata(0))), ASK);
      return true;
    } catch (RebalanceInProgressException | CommitFailedException e) {
      LOG.debug("not asked", e);
      return false;
    }
  }

  private void step(Consumer<byte[], byte[]> kafka, StepWriter writer) {
    if (!kafka.assignment().stream().allMatch(partition -> isRead(kafka, partition))) {
      return;
    }
    caughtUp = true;
    StepAttempt current = attempt;
    if (current != null && !isAwaited(current)) {
      cancel(current);
    } else if (current != null) {
      follow(kafka, writer, current);
    } else {
      Instant now = clients.clock().instant();
      runs.values().stream()
          .flatMap(some -> some.due(works, due -> Wait.isOver(due, now)).stream())
          .findFirst()
          .ifPresent(due -> begin(kafka, writer, due));
    }
  }

  /** Whether the run still stands where an attempt began; it may have been ended meanwhile. */
  private boolean isAwaited(StepAttempt current) {
    Due due = current.due();
    return runs.values().stream()
        .flatMap(some -> some.run(due.run()).stream())
        .filter(Run::isOpen)
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
      tell(writer.gaveUp(right(kafka, due), due));
      return;
    }
    tell(writer.running(right(kafka, due), due, number, Wait.remembered(due, Evidence.create())));
    StepAttempt next = new StepAttempt(due, number, clients.stored());
    synchronized (begun) {
      if (closed) {
        return;
      }
      begun.removeIf(last -> !last.isAtWork());
      next.start();
      begun.add(next);
    }
    attempt = next;
    LOG.info("run={} step={} attempt={}", due.run().id(), due.work().step().text(), number);
  }

  private void follow(Consumer<byte[], byte[]> kafka, StepWriter writer, StepAttempt current) {
    Due due = current.due();
    if (current.outcome().isPresent()) {
      // an outcome whose word gets lost is told again
      switch (current.outcome().get()) {
        case StepAttempt.Outcome.Made made ->
            tell(writer.made(right(kafka, due), due, current.number(), made));
        case StepAttempt.Outcome.Failed failed ->
            tell(
                writer.failed(
                    right(kafka, due), due, current.number(), failed.code(), failed.message()));
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
                        right(kafka, due),
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
              right(kafka, due),
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
    tell(writer.running(right(kafka, due), due, current.number(), wait.evidence()));
  }

  /** Like all others' words it counts once it was read; until then nothing else is said. */
  private void tell(RecordMetadata written) {
    said.put(new TopicPartition(written.topic(), written.partition()), written.offset());
  }

  /** Whether all is read that is known to have been said. */
  private boolean isRead(Consumer<byte[], byte[]> kafka, TopicPartition partition) {
    return kafka.currentLag(partition).orElse(1) == 0
        && kafka.position(partition) > said.getOrDefault(partition, -1L);
  }

  /** A run's words stay in the partition in which it was asked for. */
  private StepWriter.Right right(Consumer<byte[], byte[]> kafka, Due due) {
    int partition =
        runs.entrySet().stream()
            .filter(some -> some.getValue().run(due.run()).isPresent())
            .map(Map.Entry::getKey)
            .findFirst()
            .orElseThrow();
    return new StepWriter.Right(kafka.groupMetadata(), partition);
  }

  private void accept(ConsumerRecord<byte[], byte[]> record) {
    steps.read(
        record,
        step -> of(record.partition()).accept(step),
        pipeline -> forget(record.partition(), pipeline));
  }

  /**
   * At once: a word that it has just said would make its run seem to be there again. What the
   * reader tells is new, so that an attempt at work is one of those that count no more.
   */
  private void forget(int partition, String pipeline) {
    of(partition).forget(pipeline);
    StepAttempt current = attempt;
    if (current != null && current.due().run().pipeline().equals(pipeline)) {
      cancel(current);
    }
  }

  private Runs of(int partition) {
    return runs.computeIfAbsent(partition, unused -> new Runs());
  }

  private void forget(int partition) {
    Runs lost = runs.remove(partition);
    StepAttempt current = attempt;
    if (lost != null && current != null && lost.run(current.due().run()).isPresent()) {
      cancel(current);
    }
  }

  /** Waits for a step at work, which is interrupted; it is left to the next start. */
  @Override
  public void close() {
    loop.close();
    List<StepAttempt> last;
    synchronized (begun) {
      closed = true;
      last = List.copyOf(begun);
    }
    last.forEach(StepAttempt::cancel);
    long deadline = System.nanoTime() + CLOSE_TIMEOUT.toNanos();
    for (StepAttempt each : last) {
      if (!each.await(Duration.ofNanos(deadline - System.nanoTime()))) {
        LOG.warn(
            "run={} step={} is still at work while its worker is closed",
            each.due().run().id(),
            each.due().work().step().text());
      }
    }
  }
}
