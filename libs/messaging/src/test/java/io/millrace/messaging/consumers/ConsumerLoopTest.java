package io.millrace.messaging.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import io.millrace.messaging.registry.RegistryRefusedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Kafka's own fake consumer, whose records a handler commits or fails at. */
class ConsumerLoopTest {
  private static final TopicPartition P0 = new TopicPartition("letters", 0);
  private static final TopicPartition P1 = new TopicPartition("letters", 1);

  private final List<MockConsumer<byte[], byte[]>> made = new CopyOnWriteArrayList<>();
  private final RecordedAlerts alerts = new RecordedAlerts();
  private final Committing handler = new Committing();
  private final ConsumerLoop loop =
      new ConsumerLoop("letters", this::consumer, handler, watch(Duration.ofMillis(20)));

  @AfterEach
  void close() {
    loop.close();
  }

  @Test
  void shouldFailAfterSomeFailuresInARowAndRunAgainOnceItIsPastTheRecord() {
    handler.failure = new IllegalStateException("a bug");
    handler.failAt = new Place("letters", 0, 2);
    loop.start();
    until(() -> loop.state() == State.FAILED);
    PipelineFailure failure = loop.failure().orElseThrow();

    assertThat(handler.begun.get()).isGreaterThanOrEqualTo(ConsumerLoop.MOST_FAILURES);
    assertThat(failure.code()).isEqualTo(ErrorCode.APPLICATION_FAILED);
    assertThat(failure.message()).contains("a bug");
    assertThat(failure.place().orElseThrow().topic()).isEqualTo("letters");
    until(() -> alerts.told().contains(Optional.of(failure)));

    handler.failAt = null;

    until(() -> loop.state() == State.RUNNING);
    until(() -> alerts.told().getLast().isEmpty());
    assertThat(loop.failure()).isEmpty();
    assertThat(made).as("a member keeps its consumer").hasSize(1);
  }

  @Test
  void shouldNotForgetAPartitionThatFailsWhileAnotherGoesOn() {
    handler.failure = new IllegalStateException("a bug");
    handler.failAt = new Place("letters", 0, 0);
    handler.otherGoesOn = true;
    loop.start();

    until(() -> loop.state() == State.FAILED);

    assertThat(handler.done.get(P1)).isGreaterThanOrEqualTo(ConsumerLoop.MOST_FAILURES);
  }

  @Test
  void shouldNameTheRecordThatTheHandlerNames() {
    Place place = new Place("letters", 1, 2);
    handler.failure = new RecordFailedException(place, new IllegalStateException("a bug"));
    handler.failAt = new Place("letters", 0, 0);
    loop.start();

    until(() -> loop.state() == State.FAILED);

    assertThat(loop.failure())
        .contains(
            PipelineFailure.at(
                place,
                ErrorCode.APPLICATION_FAILED,
                "letters: java.lang.IllegalStateException: a bug"));
  }

  @Test
  void shouldWaitForANeighbourHoweverOftenItIsAway() {
    CountDownLatch isBack = new CountDownLatch(1);
    ConsumerLoop waiting =
        new ConsumerLoop(
            "letters",
            () -> {
              if (handler.begun.incrementAndGet() < 3) {
                throw new TimeoutException("no broker");
              }
              await(isBack);
              return consumer();
            },
            handler,
            watch(Duration.ofMillis(20)));
    try (waiting) {
      waiting.start();
      until(() -> waiting.failure().isPresent());
      assertThat(waiting.state()).isEqualTo(State.STARTING);
      assertThat(waiting.failure().orElseThrow().code()).isEqualTo(ErrorCode.KAFKA_UNAVAILABLE);

      isBack.countDown();

      until(() -> waiting.state() == State.RUNNING);
      assertThat(alerts.told()).noneMatch(Optional::isPresent);
    }
  }

  /** Other failures that somebody was told of have to stay away for a while first. */
  @Test
  void shouldRunAtOnceWhenATopicThatWasMissingIsMade() {
    CountDownLatch isMade = new CountDownLatch(1);
    Backoff own = new Backoff(Duration.ofMillis(5), Duration.ofHours(1));
    ConsumerLoop waiting =
        new ConsumerLoop(
            "letters",
            () -> {
              if (isMade.getCount() > 0) {
                throw new UnknownTopicOrPartitionException("there is no topic letters yet");
              }
              return consumer();
            },
            handler,
            new ConsumerLoop.Watch(
                alerts, own, new Backoff(Duration.ofMillis(5), Duration.ofMillis(20))));
    try (waiting) {
      waiting.start();
      until(() -> alerts.told().stream().anyMatch(Optional::isPresent));
      assertThat(waiting.failure().orElseThrow().code()).isEqualTo(ErrorCode.TOPIC_MISSING);

      isMade.countDown();

      until(() -> waiting.state() == State.RUNNING);
      until(() -> alerts.told().getLast().isEmpty());
    }
  }

  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(new TopicAuthorizationException("letters"), ErrorCode.KAFKA_REFUSED),
        Arguments.of(new RegistryRefusedException("401"), ErrorCode.REGISTRY_REFUSED));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void shouldSayOnceThatItIsRefusedAndWaitUntilItIsNot(RuntimeException refusal, ErrorCode code) {
    ConsumerLoop refused =
        new ConsumerLoop(
            "letters",
            () -> {
              if (handler.begun.incrementAndGet() < 10) {
                throw refusal;
              }
              return consumer();
            },
            handler,
            watch(Duration.ofMillis(20)));
    try (refused) {
      refused.start();

      until(() -> !alerts.told().isEmpty() && alerts.told().getLast().isEmpty());
      assertThat(refused.state()).isEqualTo(State.RUNNING);
      assertThat(alerts.told().stream().flatMap(Optional::stream).map(PipelineFailure::code))
          .containsExactly(code);
    }
  }

  @Test
  void shouldEndWhenAnotherProcessHasItsName() {
    handler.failure = new FencedInstanceIdException("replaced");
    handler.failAt = new Place("letters", 0, 0);
    loop.start();

    until(() -> made.size() == 1 && made.getFirst().closed());

    assertThat(loop.state()).isEqualTo(State.FAILED);
    assertThat(handler.begun.get()).isEqualTo(1);
    assertThat(handler.ended.get()).isEqualTo(1);
  }

  @Test
  void shouldCloseInTheMidstOfALongPause() {
    ConsumerLoop pausing =
        new ConsumerLoop("letters", this::consumer, handler, watch(Duration.ofHours(1)));
    handler.failure = new IllegalStateException("a bug");
    handler.failAt = new Place("letters", 0, 0);
    pausing.start();
    until(() -> pausing.failure().isPresent());

    pausing.close();

    assertThat(made.getFirst().closed()).isTrue();
    assertThat(handler.ended.get()).isEqualTo(handler.begun.get());
  }

  private ConsumerLoop.Watch watch(Duration pause) {
    Backoff pauses = new Backoff(pause, pause);
    return new ConsumerLoop.Watch(alerts, pauses, pauses);
  }

  private MockConsumer<byte[], byte[]> consumer() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updatePartitions(
        "letters",
        List.of(
            new PartitionInfo("letters", 0, null, new Node[0], new Node[0]),
            new PartitionInfo("letters", 1, null, new Node[0], new Node[0])));
    made.add(consumer);
    return consumer;
  }

  /** Commits each batch of the letters, unless the letter is among them that it fails at. */
  private static final class Committing implements ConsumerLoop.Handler {
    final AtomicInteger begun = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();
    final Map<TopicPartition, Long> done = new ConcurrentHashMap<>();
    volatile RuntimeException failure = new IllegalStateException();
    volatile @Nullable Place failAt;
    volatile boolean otherGoesOn;
    private @Nullable MockConsumer<byte[], byte[]> consumer;

    @Override
    public void begin(Consumer<byte[], byte[]> current) {
      begun.incrementAndGet();
      MockConsumer<byte[], byte[]> mock = (MockConsumer<byte[], byte[]>) current;
      if (consumer == null) {
        mock.subscribe(List.of("letters"));
        mock.rebalance(List.of(P0, P1));
        mock.updateBeginningOffsets(Map.of(P0, 0L, P1, 0L));
      }
      consumer = mock;
      ConsumerLoop.rewind(mock);
      add(P1, otherGoesOn ? done.getOrDefault(P1, 0L) + 1 : 3);
      if (otherGoesOn) {
        mock.schedulePollTask(() -> {});
        mock.schedulePollTask(() -> add(P0, 3));
      } else {
        add(P0, 3);
      }
    }

    private void add(TopicPartition partition, long end) {
      for (long offset = done.getOrDefault(partition, 0L); offset < end; offset++) {
        Objects.requireNonNull(consumer)
            .addRecord(
                new ConsumerRecord<>(
                    partition.topic(), partition.partition(), offset, new byte[0], new byte[0]));
      }
    }

    @Override
    public void handle(ConsumerRecords<byte[], byte[]> records) {
      Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
      for (ConsumerRecord<byte[], byte[]> record : records) {
        if (new Place(record.topic(), record.partition(), record.offset()).equals(failAt)) {
          throw failure;
        }
        offsets.put(
            new TopicPartition(record.topic(), record.partition()),
            new OffsetAndMetadata(record.offset() + 1));
      }
      Objects.requireNonNull(consumer).commitSync(offsets);
      offsets.forEach((partition, offset) -> done.put(partition, offset.offset()));
      LockSupport.parkNanos(1_000_000);
    }

    @Override
    public void end() {
      ended.incrementAndGet();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void until(BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      LockSupport.parkNanos(1_000_000);
    }
  }
}
