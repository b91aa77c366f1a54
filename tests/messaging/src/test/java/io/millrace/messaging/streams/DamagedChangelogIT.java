package io.millrace.messaging.streams;

import static io.millrace.messaging.streams.TinyPipeline.await;
import static io.millrace.messaging.streams.TinyPipeline.inOrder;
import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.pipelines.PipelineFailure.Place;
import io.millrace.messaging.streams.TinyPipeline.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A changelog with a record that no application has written ends its own as FAILED. */
@ExtendWith(KafkaClusterExtension.class)
@Execution(ExecutionMode.CONCURRENT)
class DamagedChangelogIT {
  static KafkaCluster cluster;

  private final Path state;
  private final TinyPipeline tiny;

  DamagedChangelogIT(@TempDir Path state) throws Exception {
    this.state = state;
    this.tiny = new TinyPipeline(cluster.getBootstrapServers(), state);
  }

  @BeforeAll
  static void createAlerts() throws Exception {
    TinyPipeline.createAlerts(cluster.getBootstrapServers());
  }

  /** Slowly: a task is restored and fails before the next one of its thread is there. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldEndAsFailedWhereAChangelogIsDamaged(boolean slowly) throws Exception {
    String changelog = tiny.applicationId + "-counts-changelog";
    try (StreamsApplication streams = tiny.application(tiny.topology(Fault.BEFORE_ALL))) {
      tiny.send(4, -1);
      tiny.readUntil(List.of(tiny.out), records -> records.size() >= 4);
    }
    RecordMetadata junk = tiny.damage(changelog);

    tiny.opening = slowly ? Duration.ofMillis(500) : Duration.ZERO;
    try (StreamsApplication streams = tiny.application(tiny.topology(Fault.BEFORE_ALL))) {
      await(() -> streams.state() == State.FAILED, streams);
      PipelineFailure failure = streams.failure().orElseThrow();
      assertThat(failure.code()).isEqualTo(ErrorCode.STATE_DAMAGED);
      assertThat(failure.place()).contains(new Place(changelog, 1, junk.offset()));
      tiny.alert("STATE_DAMAGED");
    }
  }

  /** Of two instances, each with standby tasks, the one that has no use for the damage goes on. */
  @Test
  void shouldEndAsFailedWhereAStandbyReadsTheDamage(@TempDir Path other) throws Exception {
    String changelog = tiny.applicationId + "-counts-changelog";
    try (StreamsApplication one = tiny.application("a", state, 1, tiny.topology(Fault.BEFORE_ALL));
        StreamsApplication two = tiny.application("b", other, 1, tiny.topology(Fault.BEFORE_ALL))) {
      await(() -> one.state() == State.RUNNING && two.state() == State.RUNNING, one, two);
      tiny.send(4, -1);
      tiny.readUntil(List.of(tiny.out), records -> records.size() >= 4);
      RecordMetadata junk = tiny.damage(changelog);

      await(() -> one.state() == State.FAILED || two.state() == State.FAILED, one, two);
      StreamsApplication failed = one.state() == State.FAILED ? one : two;
      assertThat(failed.failure().orElseThrow().place())
          .contains(new Place(changelog, 1, junk.offset()));
      tiny.send(4, -1);
      inOrder(tiny.readUntil(List.of(tiny.out), records -> records.size() >= 8));
    }
  }

  /** Of two instances one leaves; the other restores what it had, and meets the damage there. */
  @Test
  void shouldEndAsFailedWhereATaskMovesWithTheDamage(@TempDir Path other) throws Exception {
    String changelog = tiny.applicationId + "-counts-changelog";
    try (StreamsApplication one = tiny.application("a", state, 0, tiny.topology(Fault.BEFORE_ALL));
        StreamsApplication two = tiny.application("b", other, 0, tiny.topology(Fault.BEFORE_ALL))) {
      await(() -> holdsDamaged(one) != holdsDamaged(two), one, two);
      tiny.send(4, -1);
      tiny.readUntil(List.of(tiny.out), records -> records.size() >= 4);
      RecordMetadata junk = tiny.damage(changelog);
      StreamsApplication leaver = holdsDamaged(one) ? one : two;
      StreamsApplication stays = leaver == one ? two : one;
      assertThat(stays.state()).isEqualTo(State.RUNNING);

      leaver.close();

      await(() -> stays.state() == State.FAILED, stays);
      PipelineFailure failure = stays.failure().orElseThrow();
      assertThat(failure.code()).isEqualTo(ErrorCode.STATE_DAMAGED);
      assertThat(failure.place()).contains(new Place(changelog, 1, junk.offset()));
      tiny.alert("STATE_DAMAGED");
    }
  }

  /** Whether the task is at work here whose changelog {@link TinyPipeline#damage} damages. */
  private static boolean holdsDamaged(StreamsApplication streams) {
    return streams.state() == State.RUNNING
        && Objects.requireNonNull(streams.client()).metadataForLocalThreads().stream()
            .flatMap(thread -> thread.activeTasks().stream())
            .anyMatch(task -> task.taskId().equals(new TaskId(0, 1)));
  }
}
