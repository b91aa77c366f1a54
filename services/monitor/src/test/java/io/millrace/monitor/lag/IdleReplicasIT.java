package io.millrace.monitor.lag;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.artifacts.ArtifactStore;
import io.millrace.contracts.control.AlertEvent;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineApplications;
import io.millrace.messaging.topics.NewTopics;
import io.millrace.monitor.ControlBroker;
import io.millrace.monitor.ControlWriter;
import io.millrace.monitor.Story;
import io.millrace.monitor.history.Alert;
import io.millrace.monitor.history.Histories;
import io.millrace.monitor.history.HistoryReader;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.GroupState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Two instances of a service that share one partition. */
@QuarkusTest
@QuarkusTestResource(value = ControlBroker.class, restrictToAnnotatedClass = true)
class IdleReplicasIT {
  private static final String TOPIC = "shared-by-two";

  @Inject KafkaClients clients;
  @Inject ArtifactStore store;
  @Inject HistoryReader reader;
  @Inject Histories histories;
  @Inject PipelineApplications pipelines;
  @Inject IdleReplicas replicas;

  @Test
  void shouldAlertWhileAnInstanceHasNothingToRead() throws Exception {
    try (Admin admin = clients.admin()) {
      NewTopics.create(admin, List.of(new NewTopic(TOPIC, 1, (short) 1)));
    }
    try (ControlWriter writer = new ControlWriter(clients)) {
      new Story(writer, store, "crowded").apply();
    }
    Awaitility.await().atMost(60, SECONDS).until(() -> pipelines.running("crowded").isPresent());
    try (Consumer<byte[], byte[]> first = member("a")) {
      Consumer<byte[], byte[]> second = member("b");
      settle(first, second);
      replicas.look();
      assertThat(alerts()).isEmpty();
      replicas.look();
      replicas.look();
      reader.catchUp();
      assertThat(alerts()).singleElement().matches(alert -> alert.over().isEmpty());
      AlertEvent raised = alerts().getFirst().raised();
      assertThat(raised.getAlert()).isEqualTo("replicas-idle/validator");
      assertThat(raised.getCode()).isEqualTo("REPLICAS_IDLE");
      assertThat(raised.getMessage())
          .startsWith("validator: 2 instances share the work of 1 partition")
          .contains("run 1,");

      second.unsubscribe();
      second.close();
      try (Admin admin = clients.admin()) {
        settleAlone(admin, first);
      }
      replicas.look();
      reader.catchUp();
      assertThat(alerts()).singleElement().matches(alert -> alert.over().isPresent());
    }
  }

  private Consumer<byte[], byte[]> member(String instance) {
    Consumer<byte[], byte[]> member =
        clients.member("millrace-validator-crowded", instance, Map.of("session.timeout.ms", 6000));
    member.subscribe(List.of(TOPIC));
    return member;
  }

  /** Until one of them has the partition and both are in. */
  private static void settle(Consumer<byte[], byte[]> one, Consumer<byte[], byte[]> other) {
    Awaitility.await()
        .atMost(60, SECONDS)
        .until(
            () -> {
              poll(one);
              poll(other);
              return one.groupMetadata().generationId() > 0
                  && one.groupMetadata().generationId() == other.groupMetadata().generationId()
                  && one.assignment().size() + other.assignment().size() == 1;
            });
  }

  /** Until the broker has forgotten the other one. */
  private static void settleAlone(Admin admin, Consumer<byte[], byte[]> one) {
    Awaitility.await()
        .atMost(60, SECONDS)
        .until(
            () -> {
              poll(one);
              ConsumerGroupDescription group =
                  admin
                      .describeConsumerGroups(List.of("millrace-validator-crowded"))
                      .all()
                      .get()
                      .get("millrace-validator-crowded");
              return one.assignment().size() == 1
                  && group.members().size() == 1
                  && group.groupState() == GroupState.STABLE;
            });
  }

  private static void poll(Consumer<byte[], byte[]> member) {
    member.poll(Duration.ofMillis(200));
  }

  private List<Alert> alerts() {
    return histories.find("crowded").stream()
        .flatMap(history -> history.alerts().stream())
        .filter(alert -> alert.raised().getAlert().startsWith("replicas-idle/"))
        .toList();
  }
}
