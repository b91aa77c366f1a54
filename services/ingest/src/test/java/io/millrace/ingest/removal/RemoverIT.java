package io.millrace.ingest.removal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.contracts.control.PipelineVersion;
import io.millrace.contracts.pipeline.Purge;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.fixtures.BrokerInVm;
import io.millrace.ingest.PipelineYaml;
import io.millrace.ingest.pipelines.Partitioning;
import io.millrace.ingest.pipelines.PipelineLog;
import io.millrace.ingest.pipelines.PipelineVersions;
import io.millrace.ingest.pipelines.SchemaRegistration;
import io.millrace.ingest.settings.IngestSettings;
import io.millrace.ingest.topics.AllowedTopics;
import io.millrace.ingest.topics.TopicAdmin;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.consumers.Follower;
import io.millrace.messaging.control.ControlRecords;
import io.millrace.messaging.control.ExclusiveWriter;
import io.millrace.messaging.registry.RegistryInMemory;
import io.millrace.messaging.registry.SchemaCache;
import io.millrace.messaging.serde.VersionHeader;
import io.millrace.messaging.topics.NewTopics;
import io.millrace.messaging.topics.TopicReader;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A removal that a kill has ended between two steps is done anew from its beginning. */
class RemoverIT {
  private static final int STEPS = 5;

  private static BrokerInVm broker;
  private static KafkaClients kafka;
  private static final RegistryInMemory REGISTRY = new RegistryInMemory();
  private static PipelineVersions versions;

  @BeforeAll
  static void start() throws Exception {
    broker = new BrokerInVm();
    kafka = KafkaClients.at(broker.bootstrapServers());
    IngestSettings settings =
        new SmallRyeConfigBuilder()
            .withConverter(Duration.class, 200, new DurationConverter())
            .withMapping(IngestSettings.class)
            .build()
            .getConfigMapping(IngestSettings.class);
    TopicAdmin topics = new TopicAdmin(kafka, settings);
    versions =
        new PipelineVersions(
            kafka,
            new PipelineLog(kafka, new SchemaCache(REGISTRY)),
            new SchemaRegistration(REGISTRY),
            new Partitioning(topics, settings),
            topics,
            new AllowedTopics(settings),
            Clock.systemUTC());
    try (Admin admin = kafka.admin()) {
      NewTopics.create(
          admin,
          ControlTopic.ALL.stream()
              .map(topic -> new NewTopic(topic.name(), 2, (short) 1))
              .toList());
    }
  }

  @AfterAll
  static void stop() {
    broker.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, STEPS})
  void shouldRemoveWhatAKilledOneHasLeft(int steps) throws Exception {
    String name = "killed" + steps;
    fill(name);
    fill(name + "_2");
    PipelineVersion removal = versions.remove(name, Purge.DELETE);
    Remover killed = remover(name);
    try (ExclusiveWriter writer = versions.open(name)) {
      doFirst(steps, killed, writer);
    }

    Removed removed = remover(name).remove(step -> {});

    assertThat(removed.schemasLeft()).isEmpty();
    assertThat(topics()).noneMatch(topic -> topic.matches(".*[.-]" + name + "[.-].*"));
    assertThat(groups()).noneMatch(group -> group.matches("millrace-[a-z]+-" + name + "(-.*)?"));
    assertThat(keys(name)).containsExactly("millrace.pipelines " + name + "/2");
    assertThat(versions.newest(name).orElseThrow())
        .isEqualTo(
            PipelineVersion.newBuilder(removal)
                .setPurge(null)
                .setFile("")
                .setPartitions(0)
                .setSchemas(Map.of())
                .build());
    assertThat(Remover.of(kafka, versions, REGISTRY, name)).isEmpty();
    assertThat(topics())
        .as("of a neighbour whose name begins with this one")
        .contains(
            "millrace." + name + "_2.rides", "millrace-validator-" + name + "_2-ids-changelog");
    assertThat(groups()).contains("millrace-validator-" + name + "_2");
    assertThat(keys(name + "_2")).hasSize(ControlTopic.ALL.size() + 1);
  }

  @Test
  void shouldBeginAgainWithTheFileAndTheModelsThatAreKept() throws Exception {
    fill("again");
    PipelineVersion removal = versions.remove("again", Purge.RESET_KEEPING_MODELS);

    remover("again").remove(step -> {});

    PipelineVersion newest = versions.newest("again").orElseThrow();
    assertThat(newest.getDeleted()).isFalse();
    assertThat(newest.getFile()).isEqualTo(removal.getFile());
    assertThat(newest.getVersion()).isEqualTo(3);
    assertThat(newest.getSince()).isEqualTo(3);
    assertThat(keys("again"))
        .containsExactlyInAnyOrder(
            "millrace.pipelines again/1",
            "millrace.pipelines again/2",
            "millrace.pipelines again/3",
            "millrace.models again/1",
            "millrace.models again@champion/1");
    assertThat(topics()).contains("millrace.again.rides", "millrace.again.vectors");
    assertThat(topics()).doesNotContain("millrace-validator-again-ids-changelog");
    assertThat(groups()).doesNotContain("millrace-validator-again");
    assertThat(records("millrace.again.rides")).isZero();
  }

  @Test
  void shouldNotRemoveTheTopicsOfTheNextBeginning() throws Exception {
    fill("slow");
    PipelineVersion unused = versions.remove("slow", Purge.RESET);
    Remover slow = remover("slow");
    try (ExclusiveWriter shutOut = versions.open("slow")) {
      remover("slow").remove(step -> {});

      assertThatThrownBy(() -> slow.removeTopics(shutOut)).isInstanceOf(KafkaException.class);
    }

    assertThat(topics()).contains("millrace.slow.rides", "millrace.slow.vectors");
  }

  /** One that was begun before another instance ended the removal, and comes to it only now. */
  @Test
  void shouldRemoveNothingWhereAnotherHasBegunAgain() throws Exception {
    fill("late");
    PipelineVersion unused = versions.remove("late", Purge.RESET);
    Remover late = remover("late");
    remover("late").remove(step -> {});
    List<String> steps = new ArrayList<>();

    assertThatThrownBy(() -> late.remove(steps::add)).isInstanceOf(KafkaException.class);

    assertThat(steps).isEmpty();
    assertThat(topics()).contains("millrace.late.rides", "millrace.late.vectors");
    assertThat(versions.newest("late").orElseThrow().getDeleted()).isFalse();
  }

  @Test
  void shouldSayWhatWasKeptSoThatItCanBeRemovedLater() throws Exception {
    fill("halved");
    PipelineVersion keeping = versions.remove("halved", Purge.DELETE_KEEPING_DATA);
    remover("halved").remove(step -> {});
    assertThat(keys("halved")).contains("millrace.datasets halved/1", "millrace.models halved/1");
    PipelineVersion kept = versions.newest("halved").orElseThrow();
    assertThat(kept.getKept()).isEqualTo("DELETE_KEEPING_DATA");
    assertThat(versions.remove("halved", Purge.DELETE_KEEPING_DATA)).isEqualTo(kept);

    PipelineVersion rest = versions.remove("halved", Purge.DELETE);
    remover("halved").remove(step -> {});

    assertThat(rest.getVersion()).isEqualTo(keeping.getVersion() + 1);
    assertThat(keys("halved")).containsExactly("millrace.pipelines halved/3");
    assertThat(versions.newest("halved").orElseThrow().getKept()).isNull();
    assertThat(versions.remove("halved", Purge.DELETE).getVersion()).isEqualTo(3);
  }

  @Test
  void shouldDeleteWhatIsBeingReset() throws Exception {
    fill("both");
    PipelineVersion reset = versions.remove("both", Purge.RESET);

    PipelineVersion deletion = versions.remove("both", Purge.DELETE);

    assertThat(deletion.getVersion()).isEqualTo(reset.getVersion());
    assertThat(remover("both").purge()).isEqualTo(Purge.DELETE);
  }

  /** Each hears every word on the removal, its own and the other's, as by following the topic. */
  @RepeatedTest(3)
  void shouldEndSoonThoughTwoInstancesAreAtIt(RepetitionInfo round) throws Exception {
    String name = "shared" + round.getCurrentRepetition();
    fill(name);
    Removals one = removals();
    Removals other = removals();
    Follower follower =
        new Follower(
            List.of(ControlTopic.PIPELINES.name()),
            record -> {
              if (record.value() != null
                  && new String(record.key(), UTF_8).startsWith(name + "/")) {
                one.seeTo(name);
                other.seeTo(name);
              }
            });
    try (ConsumerLoop loop = follower.loop("words", kafka)) {
      loop.start();
      PipelineVersion unused = versions.remove(name, Purge.DELETE);
      long begin = System.nanoTime();

      while (!versions.newest(name).filter(PipelineVersions::isRemoved).isPresent()) {
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(12));
        Thread.sleep(100);
      }
      assertThat(
              Stream.of(one, other)
                  .flatMap(each -> each.known(name).stream())
                  .filter(known -> known.state() instanceof Removals.State.Done))
          .as("by one of them")
          .hasSizeLessThanOrEqualTo(1);
    } finally {
      one.stop();
      other.stop();
    }
  }

  @Test
  void shouldTakeBackWhatASlowServiceSaidOfTheEarlierLifeBehindTheEnd() throws Exception {
    fill("tardy");
    PipelineVersion unused = versions.remove("tardy", Purge.RESET);
    Remover remover = remover("tardy");
    remover.remove(step -> {});
    try (Producer<byte[], byte[]> producer = kafka.producer(Map.of())) {
      send(producer, ControlTopic.RUNS, "tardy/late", 1);
      send(producer, ControlTopic.RUNS, "tardy/new", 3);
      send(producer, ControlTopic.ALERTS, "tardy/undated");
    }

    assertThat(remover.takeBackLateFacts()).isEqualTo(1);

    assertThat(keys("tardy"))
        .contains("millrace.runs tardy/new", "millrace.alerts tardy/undated")
        .doesNotContain("millrace.runs tardy/late");
    assertThat(remover.takeBackLateFacts()).isZero();
  }

  private static Removals removals() {
    return new Removals(kafka, versions, REGISTRY, Duration.ofSeconds(20), Clock.systemUTC());
  }

  private static Remover remover(String name) {
    return Remover.of(kafka, versions, REGISTRY, name).orElseThrow();
  }

  private static void doFirst(int steps, Remover remover, ExclusiveWriter writer) {
    List<Runnable> all =
        List.of(
            () -> remover.takeBackFacts(writer),
            () -> remover.removeTopics(writer),
            () -> remover.removeGroups(writer),
            () -> remover.removeSchemas(writer, new TreeSet<>()),
            () -> remover.takeBackVersions(writer));
    all.subList(0, steps).forEach(Runnable::run);
  }

  /** Topics, groups and facts, as a pipeline that has run leaves them. */
  private static void fill(String name) throws Exception {
    String stream = "millrace." + name + ".rides";
    try (Admin admin = kafka.admin();
        Producer<byte[], byte[]> producer = kafka.producer(Map.of())) {
      NewTopics.create(
          admin,
          List.of(
              new NewTopic(stream, 4, (short) 1),
              new NewTopic("millrace-validator-" + name + "-ids-changelog", 1, (short) 1)));
      for (String group :
          List.of("millrace-validator-" + name, "millrace-transformer-" + name + "-parts")) {
        admin
            .alterConsumerGroupOffsets(
                group, Map.of(new TopicPartition(stream, 0), new OffsetAndMetadata(0)))
            .all()
            .get();
      }
      ControlRecords<PipelineVersion> records =
          ControlRecords.registered(ControlTopic.PIPELINES, REGISTRY, "/test");
      PipelineVersion first =
          PipelineVersion.newBuilder()
              .setPipeline(name)
              .setVersion(1)
              .setFile(PipelineYaml.named(name).text())
              .setPartitions(4)
              .setSchemas(Map.of(stream + "-value", 7))
              .setAppliedAt(Instant.EPOCH)
              .build();
      producer.send(records.record(name, name + "/1", first, Instant.EPOCH, 2));
      producer.send(new ProducerRecord<>(stream, new byte[] {1}, new byte[] {1}));
      for (ControlTopic<?> topic : ControlTopic.ALL) {
        if (!topic.equals(ControlTopic.PIPELINES)) {
          send(producer, topic, name + "/1");
        }
      }
      send(producer, ControlTopic.MODELS, name + "@champion/1");
      producer.flush();
    }
  }

  /** What stands behind the key is of no matter. */
  private static void send(Producer<byte[], byte[]> producer, ControlTopic<?> topic, String key) {
    producer.send(new ProducerRecord<>(topic.name(), 1, key.getBytes(UTF_8), new byte[] {1}));
  }

  private static void send(
      Producer<byte[], byte[]> producer, ControlTopic<?> topic, String key, int version) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic.name(), 1, key.getBytes(UTF_8), new byte[] {1});
    VersionHeader.set(record.headers(), version);
    producer.send(record);
  }

  private static Set<String> topics() throws Exception {
    try (Admin admin = kafka.admin()) {
      return admin.listTopics().names().get();
    }
  }

  private static Set<String> groups() throws Exception {
    try (Admin admin = kafka.admin()) {
      Set<String> groups = new TreeSet<>();
      admin.listGroups().all().get().forEach(group -> groups.add(group.groupId()));
      return groups;
    }
  }

  private static long records(String topic) {
    int[] count = {0};
    new TopicReader(kafka, Duration.ofSeconds(10)).read(topic, record -> count[0]++);
    return count[0];
  }

  /** The keys of a pipeline's facts that are not taken back, behind their topics. */
  private static Set<String> keys(String name) {
    Map<String, Boolean> there = new LinkedHashMap<>();
    for (ControlTopic<?> topic : ControlTopic.ALL) {
      new TopicReader(kafka, Duration.ofSeconds(10))
          .read(
              topic.name(),
              record -> {
                String key = new String(record.key(), UTF_8);
                if (key.startsWith(name + "/") || key.startsWith(name + "@")) {
                  there.put(topic.name() + " " + key, record.value() != null);
                }
              });
    }
    there.values().removeIf(isThere -> !isThere);
    return there.keySet();
  }
}
