package io.millrace.messaging.runs;

import static io.millrace.messaging.runs.Train.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.StepState;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A worker whose place another has taken says nothing any more. */
@ExtendWith(KafkaClusterExtension.class)
class ReplacedRunWorkerIT {
  @Test
  void shouldGiveOneResultWhenTheFirstWorkerIsReplacedInMidWork(KafkaCluster cluster)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    Train stuck = Train.held(begun, never, () -> 1);
    Train quick = new Train(run -> "", run -> 2);
    try (RunsBroker broker = new RunsBroker(cluster)) {
      // Given two instances, and the one that owns the partition is at work
      RunWorker first = broker.worker("a", reference -> true, stuck);
      broker.ask("r1");
      begun.await();

      // When it ends without a word, and another takes over
      first.close();
      try (RunWorker second = broker.worker("b", reference -> true, quick)) {
        RunStep result = broker.await("r1", "train");

        // Then the second has done it, as the second attempt
        assertThat(Evidence.of(result).path("value").asInt()).isEqualTo(2);
        assertThat(result.getAttempt()).isEqualTo(2);
        assertThat(result.getBy()).isEqualTo("trainer/b");
        never.countDown();
        assertThat(broker.results("r1", "train")).hasSize(1);
        assertThat(second.state()).isEqualTo(State.RUNNING);
      }
    }
  }

  @Test
  void shouldRefuseTheWordOfAnInstanceThatWasReplacedUnderItsName(KafkaCluster cluster)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Train slow = Train.held(begun, go, () -> 1);
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker zombie = broker.worker("a", reference -> true, slow)) {
      broker.ask("r1");
      begun.await();
      try (RunWorker successor =
          broker.worker("a", reference -> true, new Train(run -> "", run -> 2))) {
        RunStep result = broker.await("r1", "train");
        go.countDown();

        assertThat(Evidence.of(result).path("value").asInt()).isEqualTo(2);
        broker.write(RunSteps.step("r1", "finish", StepState.DONE));
        broker.ask("r2");
        broker.await("r2", "train");
        broker.readUntil(() -> zombie.state() == State.FAILED);
        assertThat(broker.results("r1", "train")).hasSize(1);
        assertThat(successor.state()).isEqualTo(State.RUNNING);
      }
    }
  }

  /** The group tells it while it is about to speak, and its word is refused before it reads on. */
  @Test
  void shouldFindOutThatItWasReplacedAlsoWhereItsWordIsRefusedFirst(KafkaCluster cluster)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Train slow = Train.held(begun, go, () -> 1);
    HeldClock clock = new HeldClock();
    List<Consumer<byte[], byte[]>> consumers = new CopyOnWriteArrayList<>();
    try (RunsBroker broker = new RunsBroker(cluster)) {
      RunClients clients = broker.clients("a", reference -> true, Duration.ofMinutes(30), clock);
      try (RunWorker zombie =
          new RunWorker(
              clients,
              List.of(slow),
              () -> {
                consumers.add(clients.consumer());
                return consumers.getLast();
              })) {
        zombie.start();
        broker.ask("r1");
        begun.await();
        clock.hold();
        go.countDown();
        clock.awaitReader();
        try (RunWorker successor =
            broker.worker("a", reference -> true, new Train(run -> "", run -> 2))) {
          broker.await("r1", "train");
          broker.readUntil(() -> sinceHeartbeat(consumers.getFirst()) > 5);
          clock.goOn();

          broker.readUntil(() -> zombie.state() == State.FAILED);
          assertThat(zombie.failure().orElseThrow().message()).contains("same instance name");
          assertThat(consumers).hasSize(1);
          assertThat(broker.results("r1", "train"))
              .extracting(result -> Evidence.of(result).path("value").asInt())
              .containsExactly(2);
          assertThat(successor.state()).isEqualTo(State.RUNNING);
        }
      }
    }
  }

  /** Seconds; a member that was shut out sends no more. */
  private static double sinceHeartbeat(Consumer<byte[], byte[]> consumer) {
    return consumer.metrics().entrySet().stream()
        .filter(metric -> metric.getKey().name().equals("last-heartbeat-seconds-ago"))
        .mapToDouble(metric -> ((Number) metric.getValue().metricValue()).doubleValue())
        .max()
        .orElseThrow();
  }

  /** Whoever asks it for the time has to wait for as long as it is held. */
  private static final class HeldClock extends Clock {
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile boolean held;

    void hold() {
      held = true;
    }

    void awaitReader() throws InterruptedException {
      asked.await();
    }

    void goOn() {
      over.countDown();
    }

    @Override
    public Instant instant() {
      if (held) {
        asked.countDown();
        await(over);
      }
      return Instant.now();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
