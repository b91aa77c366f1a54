package io.millrace.serving.events;

import io.millrace.messaging.registry.RegistryUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
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
  private final BlockingQueue<Batch> batches = new LinkedBlockingQueue<>();

  /** What the broker has refused after it was sent, in that order; goes before all else. */
  private final Queue<Batch> refused = new ConcurrentLinkedQueue<>();

  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;

  /**
   * @param capacity how many records may wait
   * @param capacityBytes how many bytes they may take
   */
  public Outbox(
      String name, int capacity, long capacityBytes, Supplier<Producer<byte[], byte[]>> producers) {
    this.capacity = capacity;
    this.capacityBytes = capacityBytes;
    this.producers = producers;
    this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this::run);
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
      if (!refused.isEmpty()) {
        Thread.sleep(PAUSE);
      }
      for (int left = refused.size(); left > 0; left--) {
        deliver(producer, refused.remove());
      }
      Batch batch = batches.poll(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
      if (batch != null) {
        deliver(producer, batch);
      }
    }
  }

  private void deliver(Producer<byte[], byte[]> producer, Batch batch) throws InterruptedException {
    send(producer, batch);
    waitingBytes.addAndGet(-batch.bytes());
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

  /**
   * A time-out on this thread says that Kafka is away, or has not taken what was sent before, a
   * refusal that the topic is not ours at present: the record was not taken, and waits. So it does
   * when the broker says so later, as long as there is room.
   */
  private void send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record)
      throws InterruptedException {
    Thread here = Thread.currentThread();
    AtomicBoolean taken = new AtomicBoolean();
    while (!taken.get()) {
      taken.set(true);
      try {
        producer.send(
            record,
            (metadata, failure) -> {
              if (failure == null) {
                waiting.decrementAndGet();
                sent.incrementAndGet();
              } else if (!isPassing(failure)) {
                giveUp();
              } else if (Thread.currentThread() == here) {
                taken.set(false);
              } else {
                keep(record);
              }
            });
      } catch (InterruptException e) {
        throw e;
      } catch (KafkaException e) {
        giveUp();
        LOG.warn("topic={} a record was not taken", record.topic(), e);
      }
      if (!taken.get()) {
        Thread.sleep(PAUSE);
      }
    }
  }

  private void keep(ProducerRecord<byte[], byte[]> record) {
    long bytes =
        (record.key() == null ? 0L : record.key().length)
            + (record.value() == null ? 0 : record.value().length);
    if (waitingBytes.addAndGet(bytes) <= capacityBytes) {
      refused.add(new Batch(1, bytes, unused -> List.of(record)));
    } else {
      waitingBytes.addAndGet(-bytes);
      giveUp();
    }
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
