package io.millrace.serving.events;

import io.millrace.messaging.registry.RegistryUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends records to Kafka on a thread of its own and never keeps anybody waiting: it holds so many
 * while Kafka is away, and drops and counts what comes on top.
 */
public final class Outbox implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Outbox.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  /**
   * @param size how many records there will be
   * @param bytes what they take while they wait, about
   * @param records makes them, on the outbox's thread; is asked again while the registry is away
   */
  private record Batch(
      int size,
      long bytes,
      Function<Producer<?, ?>, List<ProducerRecord<byte[], byte[]>>> records) {}

  private final Supplier<Producer<byte[], byte[]>> producers;
  private final int capacity;
  private final long capacityBytes;
  private final boolean oneByOne;
  private final BlockingQueue<Batch> batches = new LinkedBlockingQueue<>();

  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;

  private Outbox(
      String name,
      int capacity,
      long capacityBytes,
      boolean oneByOne,
      Supplier<Producer<byte[], byte[]>> producers) {
    this.capacity = capacity;
    this.capacityBytes = capacityBytes;
    this.oneByOne = oneByOne;
    this.producers = producers;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
  }

  /**
   * For many records, sent together. What Kafka does not acknowledge after it was sent is dropped.
   *
   * @param capacity how many records may wait
   * @param capacityBytes how many bytes they may take
   */
  public static Outbox ofMany(
      String name, int capacity, long capacityBytes, Supplier<Producer<byte[], byte[]>> producers) {
    return new Outbox(name, capacity, capacityBytes, false, producers);
  }

  /**
   * For few records whose order counts: each is sent when the one before is acknowledged, and again
   * until it is, so that it may come twice.
   *
   * @param capacity how many records may wait
   * @param capacityBytes how many bytes they may take
   */
  public static Outbox oneByOne(
      String name, int capacity, long capacityBytes, Supplier<Producer<byte[], byte[]>> producers) {
    return new Outbox(name, capacity, capacityBytes, true, producers);
  }

  public void start() {
    thread.start();
  }

  /**
   * Takes records or, when too many wait already, drops them.
   *
   * @param bytes what they take until they are sent, about
   */
  public void offer(
      int size,
      long bytes,
      Function<Producer<?, ?>, List<ProducerRecord<byte[], byte[]>>> records) {
    boolean fit =
        waiting.addAndGet(size) <= capacity & waitingBytes.addAndGet(bytes) <= capacityBytes;
    if (!fit || closed) {
      waiting.addAndGet(-size);
      waitingBytes.addAndGet(-bytes);
      dropped.addAndGet(size);
      return;
    }
    batches.add(new Batch(size, bytes, records));
  }

  /** How many records Kafka has not acknowledged yet. */
  public int waiting() {
    return waiting.get();
  }

  /** How many bytes they take, about. */
  public long waitingBytes() {
    return waitingBytes.get();
  }

  /** How many records Kafka has acknowledged. */
  public long sent() {
    return sent.get();
  }

  /** How many records were given up. */
  public long dropped() {
    return dropped.get();
  }

  private void run() {
    try {
      Producer<byte[], byte[]> producer = producer();
      try {
        sendAll(producer);
      } finally {
        producer.close(CLOSE_TIMEOUT);
      }
    } catch (InterruptedException | InterruptException e) {
      boolean unused = Thread.interrupted();
    }
    dropped.addAndGet(waiting.get());
  }

  /** Tries until there is one: while no broker's name can be resolved none can be made. */
  private Producer<byte[], byte[]> producer() throws InterruptedException {
    while (true) {
      try {
        return producers.get();
      } catch (KafkaException e) {
        LOG.warn("no producer yet: {}", e.getMessage());
        Thread.sleep(RETRY);
      }
    }
  }

  private void sendAll(Producer<byte[], byte[]> producer) throws InterruptedException {
    while (!closed || !batches.isEmpty()) {
      Batch batch = batches.take();
      send(producer, batch);
      waitingBytes.addAndGet(-batch.bytes());
    }
  }

  private void send(Producer<byte[], byte[]> producer, Batch batch) throws InterruptedException {
    List<ProducerRecord<byte[], byte[]>> records;
    try {
      records = records(producer, batch);
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      waiting.addAndGet(-batch.size());
      dropped.addAndGet(batch.size());
      LOG.error("{} records could not be made", batch.size(), e);
      return;
    }
    for (ProducerRecord<byte[], byte[]> record : records) {
      send(producer, record);
    }
  }

  private static List<ProducerRecord<byte[], byte[]>> records(
      Producer<byte[], byte[]> producer, Batch batch) throws InterruptedException {
    while (true) {
      try {
        return batch.records().apply(producer);
      } catch (RegistryUnavailableException | ApiException e) {
        if (e instanceof ApiException && !isPassing(e)) {
          throw e;
        }
        LOG.debug("waiting for a neighbour", e);
        Thread.sleep(PAUSE);
      }
    }
  }

  private void send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record)
      throws InterruptedException {
    while (!isTaken(producer, record)) {
      Thread.sleep(PAUSE);
    }
  }

  /**
   * A time-out on this thread says that Kafka is away, or has not taken what was sent before, a
   * refusal that the topic is not ours at present: the record was not taken, and waits.
   */
  private boolean isTaken(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record)
      throws InterruptedException {
    Thread here = Thread.currentThread();
    AtomicBoolean taken = new AtomicBoolean(true);
    try {
      Future<RecordMetadata> answer =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure == null) {
                  waiting.decrementAndGet();
                  sent.incrementAndGet();
                } else if (isPassing(failure) && (oneByOne || Thread.currentThread() == here)) {
                  taken.set(false);
                } else {
                  giveUp();
                }
              });
      if (oneByOne) {
        answer.get();
      }
    } catch (ExecutionException e) {
      LOG.debug("topic={} not acknowledged", record.topic(), e); // the callback has heard of it
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      giveUp();
      LOG.warn("topic={} a record was not taken", record.topic(), e);
    }
    return taken.get();
  }

  private void giveUp() {
    waiting.decrementAndGet();
    dropped.incrementAndGet();
  }

  private static boolean isPassing(Exception failure) {
    return failure instanceof TimeoutException
        || failure instanceof AuthorizationException
        || failure instanceof AuthenticationException;
  }

  /** Sends what waits, as far as Kafka takes it at once. */
  @Override
  public void close() {
    closed = true;
    batches.add(new Batch(0, 0, producer -> List.of()));
    try {
      if (thread.getState() != Thread.State.NEW && !thread.join(CLOSE_TIMEOUT)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
