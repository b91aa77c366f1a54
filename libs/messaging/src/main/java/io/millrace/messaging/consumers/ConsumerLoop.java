package io.millrace.messaging.consumers;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.errors.Fault.Again;
import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.failures.Failure;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads topics on a thread of its own for as long as it is open: polls, and hands what comes to its
 * {@link Handler}. Whatever goes wrong leads to another beginning after a pause. A neighbour that
 * is away is waited for, with an alert when it refuses us or a topic is gone; anything else counts,
 * and after {@link #MOST_FAILURES} in a row the loop is FAILED and says so, but goes on trying. It
 * is RUNNING again once it has come past what it failed at.
 *
 * <p>Only another process under the same instance name ends it. To tell that one from itself, a
 * member of a group keeps its consumer over failures: a new one would take the partitions back from
 * the successor. A consumer without a group is made anew.
 */
public final class ConsumerLoop implements AutoCloseable {
  /** After so many failures of its own in a row a loop is FAILED. */
  public static final int MOST_FAILURES = 5;

  private static final Logger LOG = LoggerFactory.getLogger(ConsumerLoop.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ASK = Duration.ofSeconds(2);
  private static final Duration CLOSE_CONSUMER = Duration.ofSeconds(5);
  private static final Duration CLOSE = Duration.ofSeconds(15);

  /** What is done with the records, all of it on the loop's thread. */
  public interface Handler extends ConsumerRebalanceListener {
    /**
     * Before the first poll, and again after each failure: subscribes or assigns what is new, goes
     * back to what is done for good, and opens what {@link #end} closes.
     */
    void begin(Consumer<byte[], byte[]> consumer) throws Exception;

    /** What has come; nothing, when nothing came for a moment. */
    void handle(ConsumerRecords<byte[], byte[]> records) throws Exception;

    /** How long a poll waits for records. */
    default Duration patience() {
      return POLL;
    }

    /** After each beginning, be it whole or not. */
    default void end() {}

    /** A topic that was read is not there any more; made again, it begins anew. */
    default void isGone(String topic) {}

    /** Up to where a partition need not be read again. */
    default long done(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
      return committed(consumer, partition);
    }

    @Override
    default void onPartitionsAssigned(Collection<TopicPartition> partitions) {}

    @Override
    default void onPartitionsRevoked(Collection<TopicPartition> partitions) {}
  }

  /** Who is told; either may fail, and is tried again. */
  public interface Alerts {
    /** Nobody: readiness tells. */
    Alerts NONE =
        new Alerts() {
          @Override
          public void failed(PipelineFailure failure) {}

          @Override
          public void running() {}
        };

    void failed(PipelineFailure failure);

    /** It works, perhaps again. */
    void running();
  }

  /**
   * What follows from failures.
   *
   * @param own pauses after those that are no neighbour's
   * @param neighbours pauses while one is away
   */
  public record Watch(Alerts alerts, Backoff own, Backoff neighbours) {
    public static Watch of(Alerts alerts) {
      return new Watch(alerts, Backoff.UP_TO_A_MINUTE, Backoff.UP_TO_TEN_SECONDS);
    }
  }

  private final String name;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Handler handler;
  private final Watch watch;
  private final Thread thread;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Announcer announcer;
  private final Arrears arrears = new Arrears();
  private volatile State state = State.STARTING;
  private volatile Optional<PipelineFailure> failure = Optional.empty();
  private volatile @Nullable Consumer<byte[], byte[]> consumer;
  private int own;
  private int others;
  private long begun;

  /**
   * @param name of the thread, and in the log
   */
  public ConsumerLoop(
      String name, Supplier<Consumer<byte[], byte[]>> consumers, Handler handler, Watch watch) {
    this.name = name;
    this.consumers = consumers;
    this.handler = handler;
    this.watch = watch;
    this.announcer = new Announcer(name, watch.alerts());
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /** Returns at once; {@link #state} tells when it runs. */
  public void start() {
    thread.start();
  }

  /** STARTING also while it waits for a neighbour, and until it is past what it failed at. */
  public State state() {
    return state;
  }

  /** Why it does not run, though it goes on trying. */
  public Optional<PipelineFailure> failure() {
    return failure;
  }

  /**
   * Down until all is known that there was at the start, and then up unless it is FAILED: what is
   * known is good for as long as Kafka is away.
   */
  public HealthCheckResponse readiness(String name, boolean isCaughtUp) {
    HealthCheckResponseBuilder response = HealthCheckResponse.named(name);
    failure().ifPresent(why -> response.withData("failure", why.toString()));
    if (!isCaughtUp) {
      response.withData("state", "CATCHING_UP");
    }
    return response.status(isCaughtUp && state != State.FAILED).build();
  }

  /** For a {@link Handler#begin}: goes back to what the group has committed, where it has. */
  public static Map<TopicPartition, OffsetAndMetadata> rewind(Consumer<byte[], byte[]> consumer) {
    consumer.resume(consumer.paused());
    Map<TopicPartition, OffsetAndMetadata> committed =
        new HashMap<>(consumer.committed(consumer.assignment()));
    committed.values().removeIf(Objects::isNull);
    for (TopicPartition partition : consumer.assignment()) {
      OffsetAndMetadata offset = committed.get(partition);
      if (offset == null) {
        consumer.seekToBeginning(Set.of(partition));
      } else {
        consumer.seek(partition, offset);
      }
    }
    return committed;
  }

  private static long committed(Consumer<byte[], byte[]> consumer, TopicPartition partition) {
    OffsetAndMetadata offset = consumer.committed(Set.of(partition)).get(partition);
    return offset == null ? 0 : offset.offset();
  }

  private boolean isOpen() {
    return closed.getCount() > 0;
  }

  private void run() {
    try {
      while (isOpen()) {
        try {
          work();
        } catch (Exception | Error e) {
          if (isOpen() && isReplaced(e)) {
            endReplaced(e);
            return;
          }
          if (isOpen()) {
            pauseAfter(e);
          }
        }
      }
    } finally {
      closeConsumer();
    }
  }

  private void work() throws Exception {
    try {
      Consumer<byte[], byte[]> current = consumer();
      handler.begin(current);
      begun = System.nanoTime();
      while (isOpen()) {
        ConsumerRecords<byte[], byte[]> batch = arrears.take(current.poll(handler.patience()));
        if (batch.isEmpty()) {
          requireTopics(current);
        }
        handler.handle(batch);
        arrears.handled();
        if (isPast(current)) {
          settle();
        }
      }
    } finally {
      end();
    }
  }

  /** A consumer waits without a word for a topic that was deleted. */
  private void requireTopics(Consumer<byte[], byte[]> current) {
    Set<String> topics = new TreeSet<>(current.subscription());
    current.assignment().forEach(partition -> topics.add(partition.topic()));
    for (String topic : topics) {
      if (isGone(current, topic)) {
        handler.isGone(topic);
        throw new UnknownTopicOrPartitionException("there is no topic " + topic);
      }
    }
  }

  /** By what the consumer knows; a broker is asked only about a topic that it does not know. */
  private static boolean isGone(Consumer<byte[], byte[]> current, String topic) {
    try {
      return current.partitionsFor(topic, ASK).isEmpty();
    } catch (TimeoutException e) {
      return false; // it is Kafka that is away
    }
  }

  private Consumer<byte[], byte[]> consumer() {
    Consumer<byte[], byte[]> current = consumer;
    if (current == null) {
      current = consumers.get();
      consumer = current;
    }
    return current;
  }

  private void end() {
    boolean unused = Thread.interrupted(); // or what is closed now would be left half closed
    try {
      handler.end();
    } catch (RuntimeException e) {
      LOG.warn("loop={} not everything was given back", name, e);
    }
    Consumer<byte[], byte[]> current = consumer;
    if (current != null && current.subscription().isEmpty()) {
      closeConsumer();
    }
  }

  private void closeConsumer() {
    Consumer<byte[], byte[]> current = consumer;
    consumer = null;
    if (current != null) {
      try {
        current.close(CloseOptions.timeout(CLOSE_CONSUMER));
      } catch (RuntimeException e) {
        LOG.warn("loop={} its consumer is not wholly closed", name, e);
      }
    }
  }

  /** Of a failure away from any record it is past when none like it comes for a while. */
  private boolean isPast(Consumer<byte[], byte[]> current) {
    if (arrears.isEmpty()) {
      boolean isMinor = own == 0 && (!announcer.isAlerted() || wasOfAMissingTopic());
      return isMinor || System.nanoTime() - begun >= watch.own().most().toNanos();
    }
    return arrears.arePast(current.assignment(), partition -> handler.done(current, partition));
  }

  /** With one that is missing nothing begins. */
  private boolean wasOfAMissingTopic() {
    return failure.filter(past -> past.code() == ErrorCode.TOPIC_MISSING).isPresent();
  }

  private void settle() {
    arrears.clear();
    own = 0;
    others = 0;
    if (state != State.RUNNING) {
      failure.ifPresent(past -> LOG.info("loop={} runs again, after {}", name, past));
      failure = Optional.empty();
      state = State.RUNNING;
    }
    announcer.running();
  }

  private void pauseAfter(Throwable thrown) {
    Failure cause =
        Failure.of(
            thrown instanceof RecordFailedException && thrown.getCause() != null
                ? thrown.getCause()
                : thrown);
    Again again = cause.code().fault().again();
    Optional<Place> place = arrears.add(thrown);
    Duration pause;
    if (again == Again.WHEN_IT_IS_BACK) {
      others++;
      pause = watch.neighbours().after(others);
    } else {
      own = again == Again.NEVER ? Math.max(MOST_FAILURES, own + 1) : own + 1;
      pause = own < MOST_FAILURES ? watch.own().after(own) : watch.own().most();
    }
    PipelineFailure why =
        new PipelineFailure(
            cause.code() == ErrorCode.INTERNAL ? ErrorCode.APPLICATION_FAILED : cause.code(),
            name + ": " + cause.message(),
            place);
    if (own < MOST_FAILURES) {
      state = State.STARTING;
      failure = Optional.of(why);
      if (why.isForTheOperator() && !announcer.isAlerted()) {
        announcer.failed(why);
      }
    } else if (state != State.FAILED) {
      state = State.FAILED;
      failure = Optional.of(why);
      LOG.error("loop={} code={} has FAILED, and goes on trying: {}", name, why.code(), why);
      announcer.failed(why);
    }
    if (again != Again.WHEN_IT_IS_BACK) {
      LOG.warn("loop={} begins again in {} ms: {}", name, pause.toMillis(), why, thrown);
    } else if (others == 1) {
      LOG.warn("loop={} waits: {}", name, why);
    } else {
      LOG.debug("loop={} waits {} ms more: {}", name, pause.toMillis(), why);
    }
    try {
      boolean unused = closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      LOG.debug("loop={} is interrupted as it closes too late", name);
    }
  }

  private static boolean isReplaced(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof FencedInstanceIdException) {
        return true;
      }
    }
    return false;
  }

  /** No alert: the one that works is the other one. */
  private void endReplaced(Throwable thrown) {
    PipelineFailure why =
        PipelineFailure.of(
            ErrorCode.APPLICATION_FAILED,
            name + ": another process runs under the same instance name");
    failure = Optional.of(why);
    state = State.FAILED;
    LOG.error("loop={} code={} ends: {}", name, why.code(), why, thrown);
  }

  /** Waits for what is at work; what is not done for good is left to the next start. */
  @Override
  public void close() {
    closed.countDown();
    announcer.close();
    Consumer<byte[], byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
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
