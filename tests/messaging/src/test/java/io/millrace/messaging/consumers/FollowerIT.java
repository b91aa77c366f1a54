package io.millrace.messaging.consumers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.common.BrokerConfig;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.failures.Backoff;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.topics.NewTopics;
import io.millrace.messaging.topics.TopicAccess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How the readers of control topics fare when their topic is refused, deleted or grown. */
@ExtendWith(KafkaClusterExtension.class)
class FollowerIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String REFUSED = "refused";
  private static final String DELETED = "deleted";
  private static final String GROWN = "grown";
  private static final Map<String, String> ARRIVAL =
      Map.of("message.timestamp.type", "LogAppendTime");

  @BrokerConfig(
      name = "authorizer.class.name",
      value = "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
  @BrokerConfig(name = "allow.everyone.if.no.acl.found", value = "true")
  static KafkaCluster cluster;

  private final List<String> taken = new CopyOnWriteArrayList<>();

  @Test
  void shouldSayThatItsTopicIsRefusedAndGoOnByItself() throws Exception {
    try (Admin admin = Admin.create(connection());
        ConsumerLoop loop = loop(REFUSED)) {
      create(admin, REFUSED);
      send(REFUSED, "a", "b");
      loop.start();
      until(() -> taken.size() == 2 && loop.state() == State.RUNNING);
      send(REFUSED, "c");
      TopicAccess.deny(admin, REFUSED);
      until(() -> waitsFor(loop, ErrorCode.KAFKA_REFUSED, REFUSED));
      assertThat(loop.state()).isEqualTo(State.STARTING);

      TopicAccess.allow(admin, REFUSED);

      until(() -> loop.state() == State.RUNNING);
      send(REFUSED, "d");
      until(() -> taken.size() >= 4);
      assertThat(taken).containsExactly("0 a", "1 b", "2 c", "3 d");
      assertThat(loop.failure()).isEmpty();
    }
  }

  @Test
  void shouldSayThatItsTopicIsGoneAndReadItFromTheBeginningOnceItIsThereAgain() throws Exception {
    try (Admin admin = Admin.create(connection());
        ConsumerLoop loop = loop(DELETED)) {
      create(admin, DELETED);
      send(DELETED, "a", "b");
      loop.start();
      until(() -> taken.size() == 2 && loop.state() == State.RUNNING);
      admin.deleteTopics(List.of(DELETED)).all().get();
      until(() -> waitsFor(loop, ErrorCode.TOPIC_MISSING, DELETED));
      assertThat(loop.state()).isEqualTo(State.STARTING);

      create(admin, DELETED);
      send(DELETED, "c", "d", "e");

      until(() -> taken.size() >= 5 && loop.state() == State.RUNNING);
      assertThat(taken).containsExactly("0 a", "1 b", "0 c", "1 d", "2 e");
      assertThat(loop.failure()).isEmpty();
    }
  }

  @Test
  void shouldFollowPartitionsThatItsTopicGetsAndReadAllInTheOrderOfTime() throws Exception {
    CompletableFuture<Void> caughtUp;
    try (Admin admin = Admin.create(connection())) {
      NewTopics.create(admin, List.of(new NewTopic(GROWN, 1, (short) 1).configs(ARRIVAL)));
      Follower follower = follower(GROWN);
      try (ConsumerLoop loop = loop(follower)) {
        loop.start();
        sendTo(GROWN, 0, "a", "b");
        until(() -> taken.size() == 2 && loop.state() == State.RUNNING);

        admin.createPartitions(Map.of(GROWN, NewPartitions.increaseTo(3))).all().get();
        NewTopics.awaitLeaders(admin, Map.of(GROWN, 3));
        sendTo(GROWN, 2, "c", "d");
        sendTo(GROWN, 0, "e");

        until(() -> taken.size() == 5);
        assertThat(taken).containsExactlyInAnyOrder("0 a", "1 b", "0 c", "1 d", "2 e");
        caughtUp = follower.whenCaughtUp();
        caughtUp.get(PATIENCE.toSeconds(), SECONDS);
        assertThat(loop.failure()).isEmpty();
      }
      taken.clear();
      follower = follower(GROWN);
      caughtUp = follower.whenCaughtUp();
      try (ConsumerLoop again = loop(follower)) {
        again.start();
        caughtUp.get(PATIENCE.toSeconds(), SECONDS);
        assertThat(taken).containsExactly("0 a", "1 b", "0 c", "1 d", "2 e");
      }
    }
  }

  /** In readiness, which stays up: what is known is good. */
  private static boolean waitsFor(ConsumerLoop loop, ErrorCode code, String topic) {
    HealthCheckResponse ready = loop.readiness("facts", true);
    String failure =
        String.valueOf(ready.getData().orElse(Map.of()).getOrDefault("failure", "none"));
    return failure.startsWith(code + ": ")
        && failure.contains(topic)
        && ready.getStatus() == HealthCheckResponse.Status.UP;
  }

  private Follower follower(String topic) {
    return new Follower(
        List.of(topic),
        record -> taken.add(record.offset() + " " + new String(record.value(), UTF_8)));
  }

  private ConsumerLoop loop(String topic) {
    return loop(follower(topic));
  }

  private static ConsumerLoop loop(Follower follower) {
    Backoff quick = new Backoff(Duration.ofMillis(100), Duration.ofMillis(100));
    return new ConsumerLoop(
        "facts",
        () -> KafkaClients.at(cluster.getBootstrapServers()).reader(Map.of()),
        follower,
        new ConsumerLoop.Watch(ConsumerLoop.Alerts.NONE, quick, quick));
  }

  private static void create(Admin admin, String topic) throws Exception {
    NewTopics.create(admin, List.of(new NewTopic(topic, 1, (short) 1)));
  }

  private static void send(String topic, String... values) throws Exception {
    sendTo(topic, 0, values);
  }

  private static void sendTo(String topic, int partition, String... values) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(connection(), new StringSerializer(), new StringSerializer())) {
      for (String value : values) {
        producer.send(new ProducerRecord<>(topic, partition, null, value)).get();
      }
    }
  }

  private static Map<String, Object> connection() {
    return Map.of("bootstrap.servers", cluster.getBootstrapServers());
  }

  private static void until(BooleanSupplier condition) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
