package io.millrace.messaging.runs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.api.TerminationStyle;
import io.kroxylicious.testing.kafka.common.BrokerConfig;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.control.ArtifactRef;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.runs.StepState;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.registry.RegistryUnavailableException;
import io.millrace.messaging.topics.TopicAccess;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AclOperation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A step waits for what is away, and its worker for Kafka. */
@ExtendWith(KafkaClusterExtension.class)
class WaitingRunWorkerIT {
  @Test
  void shouldWaitOutANeighbourWithoutUsingUpItsAttempts(KafkaCluster cluster) throws Exception {
    AtomicInteger tried = new AtomicInteger();
    Train train =
        new Train(
            run -> "",
            run -> {
              if (tried.incrementAndGet() <= StepWriter.MOST_ATTEMPTS) {
                throw new UncheckedIOException(new NoSuchFileException("/store", null, "away"));
              }
              return 7;
            });
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, train)) {
      broker.ask("r1");
      RunStep done = broker.await("r1", "train");

      assertThat(done.getState()).isEqualTo("DONE");
      assertThat(done.getAttempt()).isEqualTo(1);
      assertThat(Evidence.of(done).path("value").asInt()).isEqualTo(7);
      List<JsonNode> waits = waits(broker);
      assertThat(waits).hasSize(StepWriter.MOST_ATTEMPTS);
      assertThat(waits)
          .allSatisfy(
              wait -> {
                assertThat(wait.path("code").asText()).isEqualTo("STORE_UNAVAILABLE");
                assertThat(wait.path("message").asText()).contains("/store: away");
                assertThat(wait.path("since")).isEqualTo(waits.getFirst().path("since"));
              });
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldBlameTheStoreForWhatBreaksWhileItIsAway(KafkaCluster cluster) throws Exception {
    AtomicInteger tried = new AtomicInteger();
    Train train =
        new Train(
            run -> "",
            run -> {
              if (tried.incrementAndGet() <= StepWriter.MOST_ATTEMPTS) {
                throw new IllegalStateException("a query in the midst of it");
              }
              return 7;
            });
    RunStep transformed =
        RunStep.newBuilder(RunSteps.step("r1", "transform", StepState.DONE))
            .setOutputs(List.of(new ArtifactRef("manifest", "file:///manifest", "00", 1L)))
            .build();
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker =
            broker.worker(
                "a",
                reference -> {
                  throw new UncheckedIOException(new NoSuchFileException("/store", null, "away"));
                },
                train)) {
      broker.write(transformed);
      broker.ask("r1");
      RunStep done = broker.await("r1", "train");

      assertThat(done.getState()).isEqualTo("DONE");
      assertThat(done.getAttempt()).isEqualTo(1);
      assertThat(waits(broker))
          .hasSize(StepWriter.MOST_ATTEMPTS)
          .allSatisfy(
              wait -> assertThat(wait.path("code").asText()).isEqualTo("STORE_UNAVAILABLE"));
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldGoOnWaitingWhereTheLastInstanceStopped(KafkaCluster cluster) throws Exception {
    Train away =
        new Train(
            run -> "",
            run -> {
              throw new RegistryUnavailableException("no answer");
            });
    try (RunsBroker broker = new RunsBroker(cluster)) {
      RunWorker first = broker.worker("a", reference -> true, away);
      broker.ask("r1");
      broker.readUntil(() -> !waits(broker).isEmpty());
      first.close();
      try (RunWorker second = broker.worker("a", reference -> true, away)) {
        int before = waits(broker).size();
        broker.readUntil(() -> waits(broker).size() > before);

        assertThat(waits(broker).getLast().path("since"))
            .isEqualTo(waits(broker).getFirst().path("since"));
        assertThat(second.state()).isEqualTo(State.RUNNING);
      }
      try (RunWorker third =
          broker.worker("a", reference -> true, new Train(run -> "", run -> 1))) {
        assertThat(broker.await("r1", "train").getState()).isEqualTo("DONE");
        assertThat(third.state()).isEqualTo(State.RUNNING);
      }
    }
  }

  private static List<JsonNode> waits(RunsBroker broker) {
    return broker.words("r1", "train").stream()
        .map(word -> Evidence.of(word).path("waiting"))
        .filter(JsonNode::isObject)
        .toList();
  }

  @Test
  void shouldEndTheRunWhenANeighbourStaysAway(KafkaCluster cluster) throws Exception {
    Train away =
        new Train(
            run -> "",
            run -> {
              throw new RegistryUnavailableException("no answer");
            });
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, Duration.ofMillis(1500), away)) {
      broker.ask("r1");

      RunStep end = broker.await("r1", "fail");
      assertThat(end.getCode()).isEqualTo("REGISTRY_UNAVAILABLE");
      assertThat(end.getMessage()).startsWith("waited since ").endsWith(": no answer");
      assertThat(waits(broker)).isNotEmpty();
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  @Test
  void shouldWorkOnOtherPipelinesWhileOneWaits(KafkaCluster cluster) throws Exception {
    Train train =
        new Train(
            run -> "",
            run -> {
              if (run.pipeline().equals("p")) {
                throw new RegistryUnavailableException("no answer");
              }
              return 1;
            });
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, train)) {
      broker.ask("r1");
      broker.readUntil(() -> !waits(broker).isEmpty());
      RunStep other = RunSteps.step("r2", "requested", StepState.DONE);
      other.setPipeline("q");
      broker.write(other);

      assertThat(broker.await("r2", "train").getState()).isEqualTo("DONE");
      assertThat(broker.results("r1", "train")).isEmpty();
      assertThat(worker.state()).isEqualTo(State.RUNNING);
    }
  }

  /** What is done while nobody can be told is told later, and not done again. */
  @Test
  void shouldTellItsResultWhenTheBrokerIsBack(KafkaCluster cluster) throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    Train train = Train.held(begun, go, done::incrementAndGet);
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, train)) {
      broker.ask("r1");
      begun.await();
      cluster.stopNodes(node -> true, TerminationStyle.GRACEFUL);
      go.countDown();
      broker.readUntil(() -> worker.state() == State.STARTING);
      cluster.startNodes(node -> true);

      RunStep result = broker.await("r1", "train");
      assertThat(result.getState()).isEqualTo("DONE");
      assertThat(result.getAttempt()).isEqualTo(1);
      assertThat(done).hasValue(1);
      broker.readUntil(() -> worker.state() == State.RUNNING);
      assertThat(broker.results("r1", "train")).hasSize(1);
    }
  }

  /** The topic is read again, and the end of an earlier life with it. */
  @Test
  void shouldGoOnWithARunOfThisLifeThoughItReadsTheEndOfTheLastAgain(
      @BrokerConfig(
              name = "authorizer.class.name",
              value = "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
          @BrokerConfig(name = "allow.everyone.if.no.acl.found", value = "true")
          KafkaCluster cluster)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    Train train = Train.held(begun, go, done::incrementAndGet);
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, train);
        Admin admin = Admin.create(cluster.getKafkaClientConfiguration())) {
      broker.takeBack("r0", "requested", 3);
      broker.ask("r1");
      begun.await();
      TopicAccess.deny(admin, ControlTopic.RUNS.name(), AclOperation.READ);
      broker.waitUntil(() -> worker.state() == State.STARTING);
      TopicAccess.allow(admin, ControlTopic.RUNS.name());
      broker.waitUntil(() -> worker.state() == State.RUNNING);
      go.countDown();

      RunStep result = broker.await("r1", "train");
      assertThat(result.getState()).isEqualTo("DONE");
      assertThat(result.getAttempt()).isEqualTo(1);
      assertThat(done).hasValue(1);
    }
  }

  /** Its word on a step that is done meets the refusal, or its reading does. */
  @ParameterizedTest
  @EnumSource(
      value = AclOperation.class,
      names = {"READ", "WRITE"})
  void shouldWaitWhereItsTopicIsRefusedAndGoOnByItself(
      AclOperation operation,
      @BrokerConfig(
              name = "authorizer.class.name",
              value = "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
          @BrokerConfig(name = "allow.everyone.if.no.acl.found", value = "true")
          KafkaCluster cluster)
      throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    Train train = Train.held(begun, go, done::incrementAndGet);
    try (RunsBroker broker = new RunsBroker(cluster);
        RunWorker worker = broker.worker("a", reference -> true, train);
        Admin admin = Admin.create(cluster.getKafkaClientConfiguration())) {
      broker.ask("r1");
      begun.await();
      TopicAccess.deny(admin, ControlTopic.RUNS.name(), operation);
      go.countDown();
      broker.waitUntil(() -> ready(worker).contains("KAFKA_REFUSED"));
      assertThat(ready(worker)).contains(ControlTopic.RUNS.name());
      assertThat(worker.state()).isEqualTo(State.STARTING);

      TopicAccess.allow(admin, ControlTopic.RUNS.name());

      RunStep result = broker.await("r1", "train");
      assertThat(result.getState()).isEqualTo("DONE");
      assertThat(result.getAttempt()).isEqualTo(1);
      assertThat(done).hasValue(1);
      broker.write(RunSteps.step("r1", "finish", StepState.DONE));
      broker.ask("r2");
      assertThat(broker.await("r2", "train").getState()).isEqualTo("DONE");
      assertThat(broker.results("r1", "train")).hasSize(1);
    }
  }

  /** What readiness says of a failure. */
  private static String ready(RunWorker worker) {
    return String.valueOf(
        worker.readiness(state -> true).getData().orElse(Map.of()).get("failure"));
  }
}
