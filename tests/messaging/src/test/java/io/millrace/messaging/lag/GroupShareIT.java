package io.millrace.messaging.lag;

import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.streams.StreamsSettings;
import io.millrace.messaging.topics.NewTopics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Instances of an application with one task, of which one thread each may take it. */
@ExtendWith(KafkaClusterExtension.class)
final class GroupShareIT {
  private static final String GROUP = "millrace-test-shared";
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private final KafkaClients kafka;
  private final Path state;

  GroupShareIT(KafkaCluster cluster, @TempDir Path state) throws Exception {
    this.kafka = KafkaClients.at(cluster.getBootstrapServers());
    this.state = state;
    try (Admin admin = kafka.admin()) {
      NewTopics.create(admin, List.of(new NewTopic("in", 1, (short) 1)));
    }
  }

  /** A standby has no partition to read: its copy of the state is all that it does. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void shouldTellWhichInstanceHasNothingToRead(int standbys) throws Exception {
    try (Admin admin = kafka.admin();
        KafkaStreams first = start("first", standbys, 2)) {
      GroupShare alone = awaitShare(admin, 1);
      assertThat(alone.idle()).isEmpty();
      assertThat(alone.isOverstaffed()).isFalse();

      try (KafkaStreams second = start("second", standbys, 2)) {
        GroupShare shared = awaitShare(admin, 2);

        assertThat(shared.instances()).isEqualTo(Set.of("first", "second"));
        assertThat(shared.idle()).hasSize(1);
        assertThat(shared.isOverstaffed()).isTrue();
        KafkaStreams idle = shared.idle().contains("first") ? first : second;
        await(() -> tasks(idle, ThreadMetadata::standbyTasks) == standbys);
        await(() -> tasks(idle, ThreadMetadata::activeTasks) == 0);
      }
    }
  }

  private static int tasks(KafkaStreams streams, Function<ThreadMetadata, Set<TaskMetadata>> kind) {
    return streams.metadataForLocalThreads().stream().map(kind).mapToInt(Set::size).sum();
  }

  private static void await(BooleanSupplier wanted) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!wanted.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.sleep(100);
    }
  }

  /** While the partition goes from one to another nobody has it. */
  private static GroupShare awaitShare(Admin admin, int instances) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      Optional<GroupShare> share =
          Optional.ofNullable(
              new BrokerOffsets(admin, PATIENCE).shares(List.of(GROUP, "none")).get(GROUP));
      if (share.isPresent()
          && share.get().instances().size() == instances
          && share.get().partitions() == 1) {
        return share.get();
      }
      assertThat(System.nanoTime()).as("in time: " + share).isLessThan(deadline);
      Thread.sleep(200);
    }
  }

  private KafkaStreams start(String instance, int standbys, int threads) {
    Properties properties =
        new StreamsSettings(
                kafka,
                instance,
                state.resolve(instance),
                threads,
                Duration.ofMillis(100),
                1 << 20,
                32 << 20)
            .properties(GROUP);
    properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, standbys);
    KafkaStreams streams = new KafkaStreams(topology(), properties);
    streams.start();
    return streams;
  }

  private static Topology topology() {
    StreamsBuilder builder = new StreamsBuilder();
    var unused =
        builder.stream("in", Consumed.with(Serdes.String(), Serdes.String()).withName("source"))
            .groupByKey(Grouped.as("grouped"))
            .count(
                Named.as("count"),
                Materialized.<String, Long>as(Stores.persistentKeyValueStore("counts"))
                    .withKeySerde(Serdes.String())
                    .withValueSerde(Serdes.Long()));
    return builder.build();
  }
}
