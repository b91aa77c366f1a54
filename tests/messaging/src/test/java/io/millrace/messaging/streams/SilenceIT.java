package io.millrace.messaging.streams;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.topics.NewTopics;
import io.millrace.messaging.topics.TopicReader;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Named;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A task whose punctuator beats on, and that nothing comes to. */
@ExtendWith(KafkaClusterExtension.class)
final class SilenceIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final StoreSection<String, Long> COUNTS =
      new StoreSection<>('c', Serdes.String(), Serdes.Long());

  private final Map<String, Object> connection;
  private final Path state;

  SilenceIT(KafkaCluster cluster, @TempDir Path state) throws Exception {
    this.connection = Map.of("bootstrap.servers", cluster.getBootstrapServers());
    this.state = state;
    try (Admin admin = Admin.create(connection)) {
      NewTopics.create(
          admin, List.of(new NewTopic("in", 2, (short) 1), new NewTopic("out", 2, (short) 1)));
    }
  }

  @Test
  void shouldWriteNothingToAnyTopicWhileNothingComes() throws Exception {
    try (StreamsApplication counting = start()) {
      send(10);
      await(() -> records("out") >= 10); // and markers
      Map<TopicPartition, Long> silent = awaitSilence();
      await(silentFor(Duration.ofSeconds(5)));
      assertThat(ends()).as("ends of all topics").isEqualTo(silent);

      send(10);
      await(() -> records("out") >= 20);
      assertThat(awaitSilence()).isNotEqualTo(silent);
      await(() -> counting.state() == State.RUNNING);
    }
    try (StreamsApplication again = start()) {
      long before = records("out");
      send(1);
      await(() -> records("out") > before);

      await(() -> again.state() == State.RUNNING);
      assertThat(last()).isEqualTo(21);
    }
  }

  private StreamsApplication start() {
    StreamsSettings settings =
        new StreamsSettings(
            new KafkaClients(connection), "a", state, 1, Duration.ofMillis(100), 1 << 20, 32 << 20);
    StreamsApplication application =
        new StreamsApplication(
            lag -> topology(),
            settings.properties("silence"),
            StateChecks.NONE,
            new RefusedRecords("silence"),
            Alerts.of(settings, "silence"));
    application.start();
    return application;
  }

  private static Topology topology() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.addStateStore(
        HotSections.in(
            Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore("store"), Serdes.Bytes(), Serdes.ByteArray()),
            "c"));
    builder.stream("in", Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("in"))
        .process(Counting::new, Named.as("count"), "store")
        .to("out", Produced.with(Serdes.ByteArray(), Serdes.ByteArray()).withName("out"));
    return builder.build();
  }

  /** Counts what comes, and tells; its punctuator does nothing. */
  @SuppressWarnings("NullAway.Init") // Kafka Streams calls init before anything else
  private static final class Counting extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
    private KeyValueStore<String, Long> counts;

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
      super.init(context);
      KeyValueStore<Bytes, byte[]> store = context.getStateStore("store");
      counts = COUNTS.of(store);
      context.schedule(Duration.ofMillis(100), PunctuationType.WALL_CLOCK_TIME, now -> {});
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
      Long before = counts.get("all");
      long now = before == null ? 1 : before + 1;
      counts.put("all", now);
      context().forward(record.withValue(Long.toString(now).getBytes(UTF_8)));
    }
  }

  /** All into one partition. */
  private void send(int records) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(connection, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < records; i++) {
        producer.send(new ProducerRecord<>("in", 1, new byte[0], new byte[0])).get();
      }
    }
  }

  private long last() {
    long[] last = {0};
    new TopicReader(new KafkaClients(connection), PATIENCE)
        .read("out", record -> last[0] = Long.parseLong(new String(record.value(), UTF_8)));
    return last[0];
  }

  /** As many as were written, markers of transactions included. */
  private long records(String topic) throws Exception {
    return ends().entrySet().stream()
        .filter(end -> end.getKey().topic().equals(topic))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private Map<TopicPartition, Long> awaitSilence() throws Exception {
    await(silentFor(Duration.ofSeconds(2)));
    return ends();
  }

  private Condition silentFor(Duration span) {
    return () -> {
      Map<TopicPartition, Long> before = ends();
      Thread.sleep(span.toMillis());
      return ends().equals(before);
    };
  }

  private interface Condition {
    boolean holds() throws Exception;
  }

  private static void await(Condition condition) throws Exception {
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!condition.holds()) {
      assertThat(Instant.now()).isBefore(deadline);
      Thread.sleep(100);
    }
  }

  /** Of every topic, the broker's own too. */
  private Map<TopicPartition, Long> ends() throws Exception {
    try (Admin admin = Admin.create(connection)) {
      var topics = admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
      Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
      admin
          .describeTopics(topics)
          .allTopicNames()
          .get()
          .forEach(
              (topic, description) ->
                  description
                      .partitions()
                      .forEach(
                          partition ->
                              latest.put(
                                  new TopicPartition(topic, partition.partition()),
                                  OffsetSpec.latest())));
      Map<TopicPartition, Long> ends = new HashMap<>();
      admin
          .listOffsets(latest)
          .all()
          .get()
          .forEach((partition, end) -> ends.put(partition, end.offset()));
      return ends;
    }
  }
}
