package io.millrace.validator;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.streams.ApplicationAlerts;
import io.millrace.messaging.streams.StreamsApplication;
import io.millrace.messaging.streams.StreamsSettings;
import io.millrace.messaging.topics.NewTopics;
import io.millrace.validator.pipelines.StreamTopics;
import io.millrace.validator.topology.RefusedEvents;
import io.millrace.validator.topology.ValidatorPlan;
import io.millrace.validator.topology.ValidatorTopology;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;

/** A broker with the topics of flights, a producer for its streams and a reader of its outputs. */
public final class FlightsBroker implements AutoCloseable {
  public static final int PARTITIONS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  private static final Map<String, String> BY_ARRIVAL =
      Map.of("message.timestamp.type", "LogAppendTime");
  private static final int LARGEST_BYTES = 20 * 1024 * 1024;

  private final String bootstrap;
  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<ConsumerRecord<byte[], byte[]>> read = new ArrayList<>();
  private volatile @Nullable Exception failure;

  public FlightsBroker(KafkaCluster cluster) throws Exception {
    this(cluster, PARTITIONS);
  }

  /**
   * @param arrivals partitions of the topic of the arrivals
   */
  public FlightsBroker(KafkaCluster cluster, int arrivals) throws Exception {
    this.bootstrap = cluster.getBootstrapServers();
    List<NewTopic> topics = new ArrayList<>();
    topics.add(new NewTopic(topic("departures"), PARTITIONS, (short) 1).configs(BY_ARRIVAL));
    topics.add(new NewTopic(topic("arrivals"), arrivals, (short) 1).configs(BY_ARRIVAL));
    Map<String, String> data = new HashMap<>(BY_ARRIVAL);
    data.put("max.message.bytes", Integer.toString(DataTopic.MOST_RECORD_BYTES));
    for (String name : List.of("examples", "labels", "quarantine")) {
      topics.add(new NewTopic(topic(name), PARTITIONS, (short) 1).configs(data));
    }
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      NewTopics.create(admin, topics);
    }
    this.producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "compression.type",
                "gzip",
                "metadata.max.age.ms",
                1000,
                "max.request.size",
                LARGEST_BYTES),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    this.consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String name : List.of("examples", "labels", "quarantine")) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        partitions.add(new TopicPartition(topic(name), partition));
      }
    }
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  public String bootstrapServers() {
    return bootstrap;
  }

  public static String topic(String name) {
    return "millrace.flights." + name;
  }

  /** One instance of the validator, as a process would run it. */
  public StreamsApplication instance(String name, Path stateDir) {
    return instance(name, stateDir, new FakeRegistry());
  }

  /** One instance of the validator with its registry. */
  public StreamsApplication instance(String name, Path stateDir, FakeRegistry registry) {
    StreamsSettings settings =
        new StreamsSettings(
            KafkaClients.at(bootstrap),
            name,
            stateDir.resolve(name),
            1,
            Duration.ofMillis(100),
            1 << 24,
            32 << 20);
    StreamTopics topics = new StreamTopics(KafkaClients.at(bootstrap));
    String id = "millrace-validator-flights";
    Properties properties = settings.properties(id);
    properties.put(StreamsConfig.mainConsumerPrefix(ConsumerConfig.METADATA_MAX_AGE_CONFIG), 1000);
    StreamsApplication application =
        new StreamsApplication(
            lag -> {
              Map<String, Integer> sources = topics.partitions(Flights.pipeline());
              Topology topology =
                  ValidatorTopology.build(
                      new ValidatorPlan(
                          Flights.runnable(PARTITIONS),
                          sources,
                          registry,
                          lag,
                          Clock.systemUTC(),
                          new SimpleMeterRegistry()));
              topics.growChangelogs(id, topology, sources);
              return topology;
            },
            properties,
            ValidatorTopology.states(),
            new RefusedEvents(Flights.pipeline()),
            new ApplicationAlerts(
                settings.kafka(),
                settings.instance(),
                registry,
                "validator",
                "flights",
                Clock.systemUTC()));
    application.start();
    return application;
  }

  public void delete(String stream) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin.deleteTopics(List.of(topic(stream))).all().get();
    }
  }

  /** The topic of a stream that was deleted. */
  public void create(String stream) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      NewTopics.create(
          admin, List.of(new NewTopic(topic(stream), PARTITIONS, (short) 1).configs(BY_ARRIVAL)));
    }
  }

  /** Gives a stream's topic more partitions, as its owner may. */
  public void grow(String stream, int partitions) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin
          .createPartitions(Map.of(topic(stream), NewPartitions.increaseTo(partitions)))
          .all()
          .get();
    }
  }

  public void send(String stream, int partition, byte @Nullable [] value) {
    send(new ProducerRecord<>(topic(stream), partition, null, value));
  }

  /** With a key, wherever its producer puts it. */
  public void send(String stream, int partition, byte[] key, byte[] value) {
    send(new ProducerRecord<>(topic(stream), partition, key, value));
  }

  public void mark(String stream, int partition, long micros) {
    ProducerRecord<byte[], byte[]> mark =
        new ProducerRecord<>(topic(stream), partition, null, null);
    mark.headers()
        .add(MillraceHeaders.WATERMARK, Long.toString(micros).getBytes(StandardCharsets.UTF_8));
    send(mark);
  }

  /** A producer whose records are there once it has committed them. */
  public KafkaProducer<byte[], byte[]> transactional() {
    KafkaProducer<byte[], byte[]> transactional =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "transactional.id", "theirs"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    transactional.initTransactions();
    return transactional;
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    producer.send(
        record,
        (metadata, error) -> {
          if (error != null) {
            failure = error;
          }
        });
  }

  /** Reads on until all that was read so far is enough. */
  public List<ConsumerRecord<byte[], byte[]>> readUntil(
      Predicate<List<ConsumerRecord<byte[], byte[]>>> enough) {
    producer.flush();
    if (failure != null) {
      throw new AssertionError("a record was not written: " + failure, failure);
    }
    Instant deadline = Instant.now().plus(PATIENCE);
    while (!enough.test(read)) {
      if (Instant.now().isAfter(deadline)) {
        throw new AssertionError("not enough after " + PATIENCE + ": " + read.size());
      }
      consumer.poll(Duration.ofMillis(200)).forEach(read::add);
    }
    return List.copyOf(read);
  }

  /** Reads on for a while, for what must not come. */
  public List<ConsumerRecord<byte[], byte[]>> readFor(Duration time) {
    Instant end = Instant.now().plus(time);
    return readUntil(records -> Instant.now().isAfter(end));
  }

  /** The time of a watermark record; empty on an event, and on one that says idle. */
  public static List<Long> watermark(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(MillraceHeaders.WATERMARK);
    if (record.value() != null || header == null) {
      return List.of();
    }
    String text = new String(header.value(), StandardCharsets.UTF_8);
    return text.equals(MillraceHeaders.IDLE) ? List.of() : List.of(Long.valueOf(text));
  }

  /** Whether every partition of examples and labels has said that it is idle. */
  public static boolean isAllIdle(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
            .filter(record -> record.value() == null && watermark(record).isEmpty())
            .map(record -> record.topic() + record.partition())
            .distinct()
            .count()
        == 2 * PARTITIONS;
  }

  public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    if (header == null) {
      throw new AssertionError(record.topic() + " has no header " + name);
    }
    return new String(header.value(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(5));
    consumer.close();
  }
}
