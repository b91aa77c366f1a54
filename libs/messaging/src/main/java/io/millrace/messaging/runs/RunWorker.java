package io.millrace.messaging.runs;

import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.control.ControlReader;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.runs.Runs.Due;
import java.time.Duration;
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
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does a service's steps of runs. What is to be done follows from the topic alone: it is read from
 * its beginning, so that a restart or another instance goes on where the events end. A pipeline's
 * partition belongs to one instance; what an instance says after it lost the partition is refused
 * by the broker, because every word goes in a transaction that carries its membership.
 */
public final class RunWorker implements ConsumerRebalanceListener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RunWorker.class);
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PAUSE = Duration.ofSeconds(1);
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
    while (closed.getCount() > 0) {
      try (Consumer<byte[], byte[]> kafka = clients.consumer();
          StepWriter writer = clients.writer()) {
        consumer = kafka;
        kafka.subscribe(List.of(ControlTopic.RUNS.name()), this);
        while (closed.getCount() > 0) {
          step(kafka, writer);
        }
      } catch (WakeupException e) {
        LOG.debug("closing");
      } catch (FencedInstanceIdException | ProducerFencedException e) {
        LOG.error("no more runs are worked on: another process runs under this name", e);
        state = State.FAILED;
        return;
      } catch (KafkaException | RegistryUnavailableException e) {
        LOG.warn("runs are interrupted, reading them again: {}", e.toString());
        pause();
      } catch (RuntimeException | Error e) {
        LOG.error("no more runs are worked on: this is a bug", e);
        state = State.FAILED;
        return;
      } finally {
        consumer = null;
        forget(Set.copyOf(pipelines.keySet()));
        if (state != State.FAILED) {
          state = State.STARTING;
        }
      }
    }
  }

  private void step(Consumer<byte[], byte[]> kafka, StepWriter writer) {
    for (ConsumerRecord<byte[], byte[]> record : kafka.poll(POLL)) {
      accept(record);
    }
    boolean caughtUp =
        kafka.assignment().stream().allMatch(p -> kafka.currentLag(p).orElse(1) == 0);
    if (caughtUp) {
      state = State.RUNNING;
    }
    StepAttempt current = attempt;
    if (current != null) {
      follow(kafka, writer, current);
    } else if (caughtUp) {
      runs.due(works).ifPresent(due -> begin(kafka, writer, due));
    }
  }

  private void begin(Consumer<byte[], byte[]> kafka, StepWriter writer, Due due) {
    int number = StepWriter.attempts(due) + 1;
    if (number > StepWriter.MOST_ATTEMPTS) {
      tell(writer.gaveUp(kafka.groupMetadata(), due));
      return;
    }
    tell(writer.running(kafka.groupMetadata(), due, number, Evidence.create()));
    StepAttempt begun = new StepAttempt(due, number, clients::isStored);
    attempt = begun;
    begun.start();
    LOG.info("run={} step={} attempt={}", due.run().id(), due.work().step().text(), number);
  }

  private void follow(Consumer<byte[], byte[]> kafka, StepWriter writer, StepAttempt current) {
    Due due = current.due();
    if (current.outcome().isPresent()) {
      attempt = null;
      switch (current.outcome().get()) {
        case StepAttempt.Outcome.Made made ->
            tell(writer.made(kafka.groupMetadata(), due, current.number(), made));
        case StepAttempt.Outcome.Failed failed ->
            tell(
                writer.failed(
                    kafka.groupMetadata(), due, current.number(), failed.code(), failed.message()));
        case StepAttempt.Outcome.Broken broken ->
            LOG.warn("run={} is tried again: {}", due.run().id(), broken.message());
      }
      return;
    }
    current
        .takeProgress()
        .ifPresent(
            evidence ->
                tell(writer.running(kafka.groupMetadata(), due, current.number(), evidence)));
  }

  /** What was written counts at once; it comes again through the topic and changes nothing. */
  private void tell(List<RunStep> written) {
    written.forEach(runs::accept);
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
          current.cancel();
          attempt = null;
        }
      }
    }
  }

  private void pause() {
    try {
      boolean unused = closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
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
