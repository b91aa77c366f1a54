package io.millrace.messaging.consumers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.registry.RegistryUnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class FollowerTest {
  private static final TopicPartition P0 = new TopicPartition("facts", 0);
  private static final TopicPartition P1 = new TopicPartition("facts", 1);
  private static final Backoff QUICK = new Backoff(Duration.ofMillis(5), Duration.ofMillis(5));

  private final List<MockConsumer<byte[], byte[]>> made = new CopyOnWriteArrayList<>();
  private final List<Long> asked = new CopyOnWriteArrayList<>();

  @Test
  void shouldGoOnWithTheRecordThatItFailedAt() throws Exception {
    Follower follower =
        new Follower(
            List.of("facts"),
            record -> {
              asked.add(record.offset());
              if (record.offset() == 1 && made.size() < 3) {
                throw new RegistryUnavailableException("away");
              }
            });
    CompletableFuture<Void> caughtUp = follower.whenCaughtUp();
    try (ConsumerLoop loop =
        new ConsumerLoop(
            "facts",
            this::consumer,
            follower,
            new ConsumerLoop.Watch(ConsumerLoop.Alerts.NONE, QUICK, QUICK))) {
      loop.start();

      caughtUp.get(60, TimeUnit.SECONDS);

      assertThat(asked).containsExactly(0L, 1L, 1L, 1L, 2L);
      assertThat(made.subList(0, 2)).allMatch(MockConsumer::closed);
      assertThat(made).hasSize(3);
    }
    assertThat(made.getLast().closed()).isTrue();
  }

  /** Of a topic that appears only with the second one. */
  @Test
  void shouldWaitForATopicThatIsNotThereYet() throws Exception {
    Follower follower = new Follower(List.of("facts"), record -> asked.add(record.offset()));
    CompletableFuture<Void> caughtUp = follower.whenCaughtUp();
    try (ConsumerLoop loop =
        new ConsumerLoop(
            "facts",
            () -> made.isEmpty() ? without() : consumer(),
            follower,
            new ConsumerLoop.Watch(ConsumerLoop.Alerts.NONE, QUICK, QUICK))) {
      loop.start();

      caughtUp.get(60, TimeUnit.SECONDS);

      assertThat(asked).containsExactly(0L, 1L, 2L);
    }
  }

  @Test
  void shouldHaveCaughtUpOnlyWhenThePartitionsThatCameMeanwhileAreReadToo() {
    Follower follower = new Follower(List.of("facts"), record -> asked.add(record.offset()));
    MockConsumer<byte[], byte[]> consumer = consumer();
    follower.begin(consumer);
    follower.handle(consumer.poll(Duration.ZERO));
    consumer.updatePartitions("facts", List.of(partition(0), partition(1)));
    consumer.updateBeginningOffsets(Map.of(P1, 0L));
    consumer.updateEndOffsets(Map.of(P1, 8L));

    CompletableFuture<Void> caughtUp = follower.whenCaughtUp();
    follower.handle(consumer.poll(Duration.ZERO));

    assertThat(consumer.assignment()).containsExactlyInAnyOrder(P0, P1);
    assertThat(caughtUp).isNotDone();
    consumer.addRecord(new ConsumerRecord<>("facts", 1, 7, new byte[0], new byte[0]));
    follower.handle(consumer.poll(Duration.ZERO));
    assertThat(caughtUp).isDone();
    assertThat(asked).containsExactly(0L, 1L, 2L, 7L);
  }

  private Consumer<byte[], byte[]> without() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updatePartitions("facts", List.of());
    made.add(consumer);
    return consumer;
  }

  private static PartitionInfo partition(int number) {
    Node node = new Node(0, "localhost", 1);
    Node[] nodes = {node};
    return new PartitionInfo("facts", number, node, nodes, nodes);
  }

  private MockConsumer<byte[], byte[]> consumer() {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
    consumer.updatePartitions("facts", List.of(partition(0)));
    consumer.updateBeginningOffsets(Map.of(P0, 0L));
    consumer.updateEndOffsets(Map.of(P0, 3L));
    consumer.schedulePollTask(
        () -> {
          for (long offset = 0; offset < 3; offset++) {
            consumer.addRecord(new ConsumerRecord<>("facts", 0, offset, new byte[0], new byte[0]));
          }
        });
    made.add(consumer);
    return consumer;
  }
}
