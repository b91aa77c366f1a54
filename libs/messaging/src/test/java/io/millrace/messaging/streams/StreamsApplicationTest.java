package io.millrace.messaging.streams;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import io.millrace.messaging.registry.RegistryRefusedException;
import io.millrace.messaging.registry.RegistryUnavailableException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Without a broker: Kafka is away all the time. */
class StreamsApplicationTest {
  private final Path state;

  StreamsApplicationTest(@TempDir Path state) {
    this.state = state;
  }

  @Test
  void shouldCloseWhatIsBeingOpenedAndOpenNothingAfterwards() throws Exception {
    CountDownLatch opening = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    StreamsApplication streams =
        application(
            lag -> {
              opening.countDown();
              awaitUninterrupted(closing);
              return source();
            });
    streams.start();
    opening.await();

    Thread closer = Thread.ofPlatform().start(streams::close);
    await(() -> closer.getState() == Thread.State.TIMED_WAITING); // for what is being opened
    closing.countDown();
    closer.join();

    KafkaStreams client = streams.client();
    assertThat(client == null || client.state() == KafkaStreams.State.NOT_RUNNING).isTrue();
    streams.start();
    assertThat(streams.client()).isSameAs(client);
  }

  @Test
  void shouldCloseWhatIsOpenedTooLateForItsClose() throws Exception {
    CountDownLatch opening = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    StreamsApplication streams =
        application(
            lag -> {
              opening.countDown();
              awaitUninterrupted(closed);
              return source();
            });
    streams.start();
    opening.await();

    Thread closer = Thread.ofPlatform().start(streams::close);
    closer.interrupt(); // waits no longer for what is being opened
    closer.join();
    closed.countDown();

    await(() -> streams.client() != null);
    await(() -> streams.client().state() == KafkaStreams.State.NOT_RUNNING);
  }

  static Stream<RegistryUnavailableException> absences() {
    return Stream.of(
        new RegistryUnavailableException("away"), new RegistryRefusedException("it is away to us"));
  }

  @ParameterizedTest
  @MethodSource("absences")
  void shouldWaitForANeighbourAndStartOnceItIsBack(RegistryUnavailableException absence)
      throws Exception {
    AtomicBoolean away = new AtomicBoolean(true);
    try (StreamsApplication streams =
        application(
            lag -> {
              if (away.get()) {
                throw absence;
              }
              return source();
            })) {
      streams.start();

      await(() -> streams.failure().isPresent());
      assertThat(streams.state()).isEqualTo(State.STARTING);
      PipelineFailure failure = streams.failure().orElseThrow();
      assertThat(failure.code()).isEqualTo(absence.code());
      assertThat(failure.message()).contains("away");
      away.set(false);
      await(() -> streams.client() != null);
      assertThat(streams.failure()).isEmpty();
    }
  }

  @Test
  void shouldStartAgainAfterAnError() throws Exception {
    AtomicInteger starts = new AtomicInteger();
    try (StreamsApplication streams =
        application(
            lag -> {
              if (starts.incrementAndGet() == 1) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return source();
            })) {
      streams.start();

      await(() -> streams.failure().isPresent());
      assertThat(streams.state()).isEqualTo(State.STARTING);
      assertThat(streams.failure().orElseThrow().message()).contains("native thread");
      await(() -> streams.client() != null);
      assertThat(streams.failure()).isEmpty();
    }
  }

  @Test
  void shouldEndAsFailedWhereAStateCannotBeRead() throws Exception {
    Place place = new Place("a-changelog", 2, 17);
    AtomicInteger starts = new AtomicInteger();
    try (StreamsApplication streams =
        application(
            lag -> {
              starts.incrementAndGet();
              throw new DamagedStateException(place, new IllegalArgumentException("too short"));
            })) {
      streams.start();

      await(() -> streams.state() == State.FAILED);
      PipelineFailure failure = streams.failure().orElseThrow();
      assertThat(failure.code()).isEqualTo(ErrorCode.STATE_DAMAGED);
      assertThat(failure.place()).isEqualTo(Optional.of(place));
      assertThat(starts).hasValue(1);
    }
  }

  private StreamsApplication application(Function<PartitionLag, Topology> topology) {
    StreamsSettings settings =
        new StreamsSettings(
            KafkaClients.at("localhost:1"), "a", state, 1, Duration.ofMillis(100), 0, 32 << 20);
    return new StreamsApplication(
        topology,
        settings.properties("millrace-test-tiny"),
        StateChecks.NONE,
        new RefusedRecords("tiny"),
        Alerts.of(settings, "tiny"));
  }

  private static Topology source() {
    return new Topology().addSource("source", "in");
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        latch.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(BooleanSupplier fact) throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (!fact.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(10);
    }
  }
}
