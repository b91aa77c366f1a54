package io.millrace.serving.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.registry.RegistryRefusedException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With Kafka away; with it, the tests of the doors. */
@Timeout(180)
class OutboxTest {
  @Test
  void shouldNeitherBlockNorFailAndCountWhatItDropsWhileKafkaIsAway() {
    try (Outbox outbox =
        Outbox.ofMany("test", 10, 1_000, OutboxProducers.of(KafkaClients.at("localhost:1")))) {
      outbox.start();
      long start = System.nanoTime();

      for (int i = 0; i < 1_000; i++) {
        outbox.offer(
            2,
            2,
            producer ->
                List.of(
                    new ProducerRecord<>("topic", new byte[0]),
                    new ProducerRecord<>("topic", new byte[0])));
      }

      System.out.println("1,000 offers took " + Duration.ofNanos(System.nanoTime() - start));
      assertThat(outbox.waiting()).isEqualTo(10);
      assertThat(outbox.dropped()).isEqualTo(1_990);
      assertThat(outbox.sent()).isZero();
    }
  }

  @Test
  void shouldKeepWhatItHoldsAsLongAsKafkaIsAway() {
    AtomicInteger tries = new AtomicInteger();
    Supplier<Producer<byte[], byte[]>> producers =
        OutboxProducers.of(KafkaClients.at("localhost:1"));
    try (Outbox outbox = Outbox.ofMany("test", 10, 1_000, () -> counting(producers.get(), tries))) {
      outbox.start();
      outbox.offer(3, 3, producer -> Collections.nCopies(3, record()));
      Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> tries.get() >= 3);

      assertThat(outbox.waiting()).isEqualTo(3);
      assertThat(outbox.dropped()).isZero();
    }
  }

  @Test
  void shouldCountWhatItGivesUpWhenItIsClosed() {
    Outbox outbox =
        Outbox.ofMany("test", 10, 1_000, OutboxProducers.of(KafkaClients.at("localhost:1")));
    outbox.start();
    outbox.offer(3, 3, producer -> Collections.nCopies(3, record()));

    outbox.close();
    outbox.offer(4, 4, producer -> List.of());

    Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> outbox.dropped() == 7);
  }

  /** Few rows of long text are as much as many of numbers. */
  @Test
  void shouldBoundWhatItHoldsInBytesToo() {
    try (Outbox outbox =
        Outbox.ofMany("test", 10, 1_000, OutboxProducers.of(KafkaClients.at("localhost:1")))) {
      outbox.start();
      outbox.offer(1, 600, producer -> List.of(record()));
      outbox.offer(1, 600, producer -> List.of(record()));
      outbox.offer(1, 400, producer -> List.of(record()));

      assertThat(outbox.waiting()).isEqualTo(2);
      assertThat(outbox.waitingBytes()).isEqualTo(1_000);
      assertThat(outbox.dropped()).isEqualTo(1);
    }
  }

  @Test
  void shouldKeepWhatATopicRefusesUntilItTakesIt() {
    AtomicInteger refusals = new AtomicInteger(3);
    try (MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
              @Override
              public synchronized Future<RecordMetadata> send(
                  ProducerRecord<byte[], byte[]> record, Callback callback) {
                if (refusals.getAndDecrement() <= 0) {
                  return super.send(record, callback);
                }
                callback.onCompletion(null, new TopicAuthorizationException("topic"));
                return new CompletableFuture<>();
              }
            };
        Outbox outbox = Outbox.ofMany("test", 10, 1_000, () -> producer)) {
      outbox.start();
      outbox.offer(3, 3, unused -> Collections.nCopies(3, record()));

      Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> outbox.sent() == 3);

      assertThat(outbox.waiting()).isZero();
      assertThat(outbox.dropped()).isZero();
      assertThat(producer.history()).hasSize(3);
    }
  }

  /** As where it may be described and not written: the answer comes on the producer's thread. */
  @Test
  void shouldSendOneByOneInOrderUntilTheBrokerTakesEach() {
    AtomicInteger refusals = new AtomicInteger(5);
    try (MockProducer<byte[], byte[]> producer = refusingLater(refusals);
        Outbox outbox = Outbox.oneByOne("test", 10, 1_000, () -> producer)) {
      outbox.start();
      for (String topic : List.of("a", "b", "c")) {
        outbox.offer(1, 1, unused -> List.of(new ProducerRecord<>(topic, new byte[1])));
      }

      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> outbox.sent() == 3 && outbox.waitingBytes() == 0);

      assertThat(outbox.waiting()).isZero();
      assertThat(outbox.dropped()).isZero();
      assertThat(producer.history().stream().map(ProducerRecord::topic))
          .containsExactly("a", "b", "c");
    }
  }

  /** One pipeline whose topic is refused holds up no other's predictions. */
  @Test
  void shouldDropOfManyWhatIsRefusedLaterAndGoOn() {
    AtomicInteger refusals = new AtomicInteger(2);
    try (MockProducer<byte[], byte[]> producer = refusingLater(refusals);
        Outbox outbox = Outbox.ofMany("test", 10, 1_000, () -> producer)) {
      outbox.start();
      for (int i = 0; i < 3; i++) {
        outbox.offer(1, 1, unused -> List.of(record()));
      }

      Awaitility.await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> outbox.sent() == 1 && outbox.dropped() == 2);

      assertThat(outbox.waiting()).isZero();
    }
  }

  private static MockProducer<byte[], byte[]> refusingLater(AtomicInteger refusals) {
    return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer()) {
      @Override
      public synchronized Future<RecordMetadata> send(
          ProducerRecord<byte[], byte[]> record, Callback callback) {
        if (refusals.getAndDecrement() <= 0) {
          return super.send(record, callback);
        }
        return CompletableFuture.runAsync(
                () -> callback.onCompletion(null, new TopicAuthorizationException("topic")))
            .thenApply(unused -> null);
      }
    };
  }

  /** An alert asks how many partitions its topic has. */
  @Test
  void shouldKeepWhatCantBeMadeWhileATopicOrTheRegistryRefusesUs() {
    List<RuntimeException> refusals =
        new ArrayList<>(
            List.of(
                new TopicAuthorizationException("topic"),
                new SaslAuthenticationException("password"),
                new RegistryRefusedException("401")));
    try (MockProducer<byte[], byte[]> producer =
            new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        Outbox outbox = Outbox.ofMany("test", 10, 1_000, () -> producer)) {
      outbox.start();
      outbox.offer(
          1,
          1,
          unused -> {
            if (!refusals.isEmpty()) {
              throw refusals.removeFirst();
            }
            return List.of(record());
          });

      Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> outbox.sent() == 1);

      assertThat(outbox.dropped()).isZero();
    }
  }

  @SuppressWarnings("unchecked")
  private static Producer<byte[], byte[]> counting(
      Producer<byte[], byte[]> producer, AtomicInteger tries) {
    return (Producer<byte[], byte[]>)
        Proxy.newProxyInstance(
            OutboxTest.class.getClassLoader(),
            new Class<?>[] {Producer.class},
            (proxy, method, args) -> {
              if (method.getName().equals("send")) {
                tries.incrementAndGet();
              }
              try {
                return method.invoke(producer, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static ProducerRecord<byte[], byte[]> record() {
    return new ProducerRecord<>("topic", new byte[0]);
  }
}
