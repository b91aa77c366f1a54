package io.millrace.messaging.streams;

import static io.millrace.contracts.errors.ErrorCode.KAFKA_REFUSED;
import static io.millrace.contracts.errors.ErrorCode.REGISTRY_REFUSED;
import static io.millrace.contracts.errors.ErrorCode.TOPIC_MISSING;
import static io.millrace.messaging.streams.TinyPipeline.await;
import static io.millrace.messaging.streams.TinyPipeline.inOrder;
import static io.millrace.messaging.streams.TinyPipeline.of;
import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.common.BrokerConfig;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.registry.RegistryRefusedException;
import io.millrace.messaging.streams.TinyPipeline.Fault;
import io.millrace.messaging.topics.NewTopics;
import io.millrace.messaging.topics.TopicAccess;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A topic that the broker refuses, or that is gone, is waited for. */
@ExtendWith(KafkaClusterExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class RefusedTopicsIT {
  @BrokerConfig(
      name = "authorizer.class.name",
      value = "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
  @BrokerConfig(name = "allow.everyone.if.no.acl.found", value = "true")
  static KafkaCluster cluster;

  private final TinyPipeline tiny;

  RefusedTopicsIT(@TempDir Path state) throws Exception {
    this.tiny = new TinyPipeline(cluster.getBootstrapServers(), state);
  }

  @BeforeAll
  static void createAlerts() throws Exception {
    TinyPipeline.createAlerts(cluster.getBootstrapServers());
  }

  /** How a broker refuses one of the topics. */
  enum Refusal {
    INPUT,
    OUTPUT,
    CHANGELOG,
    SIZE
  }

  @ParameterizedTest
  @EnumSource
  void shouldWaitWhereATopicIsRefusedAndGoOnByItself(Refusal refusal) throws Exception {
    String topic =
        switch (refusal) {
          case INPUT -> tiny.in;
          case OUTPUT, SIZE -> tiny.out;
          case CHANGELOG -> tiny.applicationId + "-counts-changelog";
        };
    int more =
        refusal == Refusal.SIZE ? 1 : 4; // several tiny.in one batch the producer splits for ever
    try (StreamsApplication streams = tiny.application(tiny.topology(Fault.BEFORE_ALL));
        Admin admin = tiny.admin()) {
      tiny.send(4, -1);
      tiny.readUntil(List.of(tiny.out), records -> records.size() >= 4);
      if (refusal == Refusal.INPUT) {
        tiny.send(more, -1);
      }
      if (refusal == Refusal.SIZE) {
        mostBytes(admin, OpType.SET);
        tiny.digits = 200;
      } else {
        TopicAccess.deny(admin, topic);
      }
      if (refusal != Refusal.INPUT) {
        tiny.send(more, -1);
      }

      assertThat(awaitFailure(streams, KAFKA_REFUSED).message()).contains(topic);
      tiny.alert("KAFKA_REFUSED");

      if (refusal == Refusal.SIZE) {
        mostBytes(admin, OpType.DELETE);
      } else {
        TopicAccess.allow(admin, topic);
      }
      List<ConsumerRecord<String, byte[]>> read =
          tiny.readUntil(
              List.of(tiny.out, tiny.quarantine),
              records -> of(records, tiny.out).size() >= 4 + more);
      inOrder(of(read, tiny.out));
      assertThat(of(read, tiny.quarantine)).isEmpty();
      await(() -> streams.state() == State.RUNNING, streams);
      assertThat(streams.failure()).isEmpty();
    }
  }

  @Test
  void shouldSayThatTheRegistryRefusesAndGoOnByItself() throws Exception {
    AtomicBoolean refuses = new AtomicBoolean(true);
    try (StreamsApplication streams =
        tiny.application(
            lag -> {
              if (refuses.get()) {
                throw new RegistryRefusedException("401");
              }
              return tiny.topology(Fault.BEFORE_ALL).apply(lag);
            })) {
      awaitFailure(streams, REGISTRY_REFUSED);
      tiny.alert("REGISTRY_REFUSED");

      refuses.set(false);
      tiny.send(4, -1);
      inOrder(tiny.readUntil(List.of(tiny.out), records -> records.size() >= 4));
      await(() -> streams.state() == State.RUNNING, streams);
      assertThat(streams.failure()).isEmpty();
    }
  }

  /** Which it asks about before it makes its topology. */
  @Test
  void shouldSayThatATopicIsMissingAndGoOnByItself() throws Exception {
    AtomicBoolean isMissing = new AtomicBoolean(true);
    try (StreamsApplication streams =
        tiny.application(
            lag -> {
              if (isMissing.get()) {
                throw new UnknownTopicOrPartitionException("there is no topic " + tiny.in);
              }
              return tiny.topology(Fault.BEFORE_ALL).apply(lag);
            })) {
      await(
          () -> streams.failure().map(PipelineFailure::code).equals(Optional.of(TOPIC_MISSING)),
          streams);
      assertThat(streams.failure().orElseThrow().message()).contains(tiny.in);
      tiny.alert("TOPIC_MISSING");

      isMissing.set(false);
      tiny.send(4, -1);
      inOrder(tiny.readUntil(List.of(tiny.out), records -> records.size() >= 4));
      await(() -> streams.state() == State.RUNNING, streams);
      assertThat(streams.failure()).isEmpty();
    }
  }

  @Test
  void shouldDisturbNoOtherPipelineWhereATopicIsRefused(@TempDir Path elsewhere) throws Exception {
    TinyPipeline other = new TinyPipeline(cluster.getBootstrapServers(), elsewhere);
    try (StreamsApplication refused = tiny.application(tiny.topology(Fault.BEFORE_ALL));
        StreamsApplication beside = other.application(other.topology(Fault.BEFORE_ALL));
        Admin admin = tiny.admin()) {
      await(() -> beside.state() == State.RUNNING, beside);
      TopicAccess.deny(admin, tiny.out);
      tiny.send(4, -1);
      await(() -> refused.failure().isPresent(), refused);
      assertThat(beside.failure()).isEmpty();

      other.goesOn(beside);
      await(() -> refused.failure().isPresent(), refused); // still, or again

      TopicAccess.allow(admin, tiny.out);
      inOrder(tiny.readUntil(List.of(tiny.out), records -> records.size() >= 4));
    }
  }

  /** The operator deletes it by hand, and makes it again. */
  @Test
  void shouldSayWhichTopicIsMissingAndGoOnOnceItIsThereAgain(@TempDir Path elsewhere)
      throws Exception {
    TinyPipeline other = new TinyPipeline(cluster.getBootstrapServers(), elsewhere);
    try (StreamsApplication streams = tiny.application(tiny.topology(Fault.BEFORE_ALL));
        StreamsApplication beside = other.application(other.topology(Fault.BEFORE_ALL));
        Admin admin = tiny.admin()) {
      tiny.send(4, -1);
      tiny.readUntil(List.of(tiny.out), records -> records.size() >= 4);
      await(() -> beside.state() == State.RUNNING, beside);
      admin.deleteTopics(List.of(tiny.in)).all().get();

      assertThat(awaitFailure(streams, TOPIC_MISSING).message()).contains(tiny.in);
      tiny.alert("TOPIC_MISSING");
      other.goesOn(beside);

      NewTopics.create(admin, List.of(new NewTopic(tiny.in, TinyPipeline.PARTITIONS, (short) 1)));
      tiny.send(4, -1);
      inOrder(tiny.readUntil(List.of(tiny.out), records -> records.size() >= 8));
      await(() -> streams.state() == State.RUNNING, streams);
      assertThat(streams.failure()).isEmpty();
    }
  }

  /** The failure that a pause between two tries speaks of; during a try there is none. */
  private static PipelineFailure awaitFailure(StreamsApplication streams, ErrorCode code)
      throws InterruptedException {
    AtomicReference<Optional<PipelineFailure>> failure = new AtomicReference<>(Optional.empty());
    await(
        () -> {
          failure.set(streams.failure());
          return failure.get().map(PipelineFailure::code).equals(Optional.of(code))
              && streams.state() == State.STARTING;
        },
        streams);
    return failure.get().orElseThrow();
  }

  /** Room for the marker of a transaction, and for records of a few digits. */
  private void mostBytes(Admin admin, OpType change) throws Exception {
    admin
        .incrementalAlterConfigs(
            Map.of(
                new ConfigResource(ConfigResource.Type.TOPIC, tiny.out),
                List.of(new AlterConfigOp(new ConfigEntry("max.message.bytes", "120"), change))))
        .all()
        .get();
  }
}
