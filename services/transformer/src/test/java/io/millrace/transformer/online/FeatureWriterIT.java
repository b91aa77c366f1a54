package io.millrace.transformer.online;

import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.common.BrokerCluster;
import io.kroxylicious.testing.kafka.common.BrokerConfig;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.features.online.EntityKey;
import io.millrace.features.online.OnlineRows;
import io.millrace.features.online.OnlineStore;
import io.millrace.features.online.StoreAnswer.Answered;
import io.millrace.fixtures.RedisProcess;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.consumers.ConsumerLoop;
import io.millrace.messaging.consumers.RecordedAlerts;
import io.millrace.messaging.pipelines.PipelineApplication.State;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.topics.NewTopics;
import io.millrace.messaging.topics.TopicAccess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(KafkaClusterExtension.class)
class FeatureWriterIT {
  private static final String TOPIC = "millrace.flights.features";
  private static final String NOON = "2001-01-10T12:00:00Z";
  private static final int ENTITIES = 500;

  @Test
  void shouldHoldAllPanesAgainWhenRedisWasLostAndWhenTheWriterWas(
      @BrokerCluster(numBrokers = 1) KafkaCluster kafka) throws Exception {
    createTopic(kafka);
    produce(kafka, "before");
    try (RedisProcess redis = new RedisProcess();
        OnlineStore store = new OnlineStore(redis.uri())) {
      try (FeatureWriter writer = writer(kafka, store)) {
        writer.start();
        until(() -> held(store, "before") == ENTITIES);
        assertThat(writer.state()).isEqualTo(State.RUNNING);

        redis.stop();
        until(writer::isStoreAway);
        assertThat(writer.state()).isEqualTo(State.RUNNING);
        produce(kafka, "meanwhile");
        redis.startAgain();

        until(() -> held(store, "before") == ENTITIES && held(store, "meanwhile") == ENTITIES);
        until(() -> !writer.isStoreAway());
      }

      produce(kafka, "after");
      try (FeatureWriter writer = writer(kafka, store)) {
        writer.start();
        until(() -> held(store, "after") == ENTITIES);
        assertThat(held(store, "before")).isEqualTo(ENTITIES);
      }
    }
  }

  @Test
  void shouldSayThatItFailsAndGoOnOnceItDoesNot(@BrokerCluster(numBrokers = 1) KafkaCluster kafka)
      throws Exception {
    createTopic(kafka);
    produce(kafka, "all");
    BreakableMeters meters = new BreakableMeters();
    RecordedAlerts alerts = new RecordedAlerts();
    try (RedisProcess redis = new RedisProcess();
        OnlineStore store = new OnlineStore(redis.uri());
        FeatureWriter writer = writer(kafka, store, meters, alerts)) {
      writer.start();
      until(() -> alerts.failure().isPresent());
      assertThat(writer.state()).isEqualTo(State.FAILED);
      assertThat(writer.failure()).isEqualTo(alerts.failure());
      PipelineFailure failure = writer.failure().orElseThrow();
      assertThat(failure.code()).isEqualTo(ErrorCode.APPLICATION_FAILED);
      assertThat(failure.message()).contains("a bug");
      assertThat(failure.place())
          .hasValueSatisfying(place -> assertThat(place.topic()).isEqualTo(TOPIC));
      assertThat(meters.met.get()).isGreaterThanOrEqualTo(ConsumerLoop.MOST_FAILURES);

      meters.broken = false;

      until(() -> writer.state() == State.RUNNING);
      until(alerts::areOver);
      assertThat(writer.failure()).isEmpty();
      assertThat(held(store, "all")).isEqualTo(ENTITIES);
      until(() -> meters.counter(BreakableMeters.WRITES, "pipeline", "flights").count() > 0);
    }
  }

  @Test
  void shouldSayThatItsTopicIsRefusedOrGoneAndGoOnByItself(
      @BrokerCluster(numBrokers = 1)
          @BrokerConfig(
              name = "authorizer.class.name",
              value = "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
          @BrokerConfig(name = "allow.everyone.if.no.acl.found", value = "true")
          KafkaCluster kafka)
      throws Exception {
    createTopic(kafka);
    produce(kafka, "before");
    RecordedAlerts alerts = new RecordedAlerts();
    try (RedisProcess redis = new RedisProcess();
        OnlineStore store = new OnlineStore(redis.uri());
        Admin admin = Admin.create(kafka.getKafkaClientConfiguration());
        FeatureWriter writer = writer(kafka, store, new SimpleMeterRegistry(), alerts)) {
      writer.start();
      until(() -> held(store, "before") == ENTITIES);

      TopicAccess.deny(admin, TOPIC, AclOperation.READ);
      until(() -> waitsFor(ErrorCode.KAFKA_REFUSED, writer, alerts));
      produce(kafka, "meanwhile");
      TopicAccess.allow(admin, TOPIC);
      until(() -> held(store, "meanwhile") == ENTITIES && held(store, "before") == ENTITIES);
      until(() -> writer.state() == State.RUNNING && alerts.areOver());
      assertThat(writer.failure()).isEmpty();

      admin.deleteTopics(List.of(TOPIC)).all().get();
      until(() -> waitsFor(ErrorCode.TOPIC_MISSING, writer, alerts));
      createTopic(kafka);
      produce(kafka, "after");
      until(() -> held(store, "after") == ENTITIES);
      until(() -> writer.state() == State.RUNNING && alerts.areOver());
      assertThat(writer.failure()).isEmpty();
    }
  }

  /** As Kafka Streams writes them: behind the last record stands the marker of its transaction. */
  @Test
  void shouldHaveNoLagAtRestBehindTransactions(@BrokerCluster(numBrokers = 1) KafkaCluster kafka)
      throws Exception {
    createTopic(kafka);
    Map<String, Object> config = kafka.getKafkaClientConfiguration();
    config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "streams");
    try (RedisProcess redis = new RedisProcess();
        OnlineStore store = new OnlineStore(redis.uri());
        Admin admin = Admin.create(kafka.getKafkaClientConfiguration());
        FeatureWriter writer = writer(kafka, store)) {
      writer.start();
      try (KafkaProducer<byte[], byte[]> producer =
          new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
        producer.initTransactions();
        producer.beginTransaction();
        send(producer, "all");
        producer.commitTransaction();
      }
      until(() -> held(store, "all") == ENTITIES);

      until(() -> lag(admin) == 0);
    }
  }

  private static long lag(Admin admin) {
    Map<TopicPartition, OffsetSpec> latest =
        Map.of(
            new TopicPartition(TOPIC, 0), OffsetSpec.latest(),
            new TopicPartition(TOPIC, 1), OffsetSpec.latest());
    try {
      Map<TopicPartition, OffsetAndMetadata> committed =
          admin
              .listConsumerGroupOffsets("millrace-transformer-flights-redis")
              .partitionsToOffsetAndMetadata()
              .get();
      return admin.listOffsets(latest).all().get().entrySet().stream()
          .mapToLong(
              end ->
                  end.getValue().offset()
                      - (committed.get(end.getKey()) instanceof OffsetAndMetadata known
                          ? known.offset()
                          : 0))
          .sum();
    } catch (ExecutionException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Says so, with the topic, and has alerted. */
  private static boolean waitsFor(ErrorCode code, FeatureWriter writer, RecordedAlerts alerts) {
    return Stream.of(writer.failure(), alerts.failure())
            .allMatch(
                failure ->
                    failure
                        .filter(f -> f.code() == code && f.message().contains(TOPIC))
                        .isPresent())
        && writer.state() == State.STARTING;
  }

  private static FeatureWriter writer(KafkaCluster kafka, OnlineStore store) {
    return writer(kafka, store, new SimpleMeterRegistry(), new RecordedAlerts());
  }

  private static FeatureWriter writer(
      KafkaCluster kafka, OnlineStore store, MeterRegistry meters, RecordedAlerts alerts) {
    return new FeatureWriter(
        KafkaClients.at(kafka.getBootstrapServers()),
        "test",
        "flights",
        store,
        meters,
        alerts.watch());
  }

  /** Meets a bug at every write for as long as it is broken. */
  private static final class BreakableMeters extends SimpleMeterRegistry {
    static final String WRITES = "millrace.redis.writes";

    final AtomicInteger met = new AtomicInteger();
    volatile boolean broken = true;

    @Override
    protected Counter newCounter(Meter.Id id) {
      Counter counter = super.newCounter(id);
      return new Counter() {
        @Override
        public void increment(double amount) {
          if (broken && id.getName().equals(WRITES)) {
            met.incrementAndGet();
            throw new IllegalStateException("a bug");
          }
          counter.increment(amount);
        }

        @Override
        public double count() {
          return counter.count();
        }

        @Override
        public Id getId() {
          return id;
        }
      };
    }
  }

  private static void createTopic(KafkaCluster kafka) throws Exception {
    try (Admin admin = Admin.create(kafka.getKafkaClientConfiguration())) {
      NewTopics.create(admin, List.of(new NewTopic(TOPIC, 2, (short) 1)));
    }
  }

  private static void produce(KafkaCluster kafka, String prefix) {
    Map<String, Object> config = kafka.getKafkaClientConfiguration();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      send(producer, prefix);
    }
  }

  private static void send(KafkaProducer<byte[], byte[]> producer, String prefix) {
    for (EntityKey key : keys(prefix)) {
      Future<RecordMetadata> unused =
          producer.send(
              new ProducerRecord<>(
                  TOPIC,
                  Flights.key(key.toString()),
                  Flights.panes("origin", key.key(), NOON, 1, NOON)));
    }
  }

  private static long held(OnlineStore store, String prefix) {
    return store.read("flights", keys(prefix)).toCompletableFuture().join()
            instanceof Answered<OnlineRows>(OnlineRows rows)
        ? rows.panes().stream().filter(java.util.Optional::isPresent).count()
        : -1;
  }

  private static List<EntityKey> keys(String prefix) {
    return IntStream.range(0, ENTITIES).mapToObj(i -> new EntityKey("origin", prefix + i)).toList();
  }

  private static void until(BooleanSupplier condition) {
    Awaitility.await().atMost(Duration.ofSeconds(60)).until(condition::getAsBoolean);
  }
}
