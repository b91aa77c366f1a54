package io.millrace.monitor.topology;

import static io.millrace.monitor.topology.FlightsFixture.MIDNIGHT;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.control.MetricsMeasured;
import io.millrace.contracts.control.RunStep;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.topics.ControlTopic;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.lag.BrokerOffsets;
import io.millrace.messaging.pipelines.PipelineGroup;
import io.millrace.messaging.streams.ApplicationAlerts;
import io.millrace.messaging.streams.StreamsSettings;
import io.millrace.messaging.topics.NewTopics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Two instances over four partitions, one of which is replaced in the middle of a window. */
@ExtendWith(KafkaClusterExtension.class)
class MonitorIT {
  private static final int PARTITIONS = 4;
  private static final int AN_HOUR = 60;
  private static final int HOURS = 9;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final FlightsFixture flights = new FlightsFixture(PARTITIONS);
  private KafkaCluster cluster;
  @TempDir Path dir;

  @Test
  void shouldGiveTheSameVerdictsAndOneRunWhenAnInstanceIsReplacedInMidWindow() throws Exception {
    createTopics();
    Random random = new Random(7);
    MonitorStreams first = start("a");
    MonitorStreams second = start("b");
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            cluster.getKafkaClientConfiguration(),
            new StringSerializer(),
            new ByteArraySerializer())) {
      send(producer, ControlTopic.MODELS.name(), 0, "flights/1", flights.version(1));
      send(producer, ControlTopic.MODELS.name(), 0, "flights@champion/1", flights.champion(1, 1));
      for (int hour = 0; hour < HOURS; hour++) {
        boolean good = hour < 7;
        List<Runnable> events = hour(producer, hour, good);
        java.util.Collections.shuffle(events, random);
        events.subList(0, events.size() / 2).forEach(Runnable::run);
        if (hour == 4) {
          producer.flush();
          await(DataTopic.OUTCOMES.of("flights"), 4 * AN_HOUR + 5);
          second.close();
          second = start("c");
        }
        events.subList(events.size() / 2, events.size()).forEach(Runnable::run);
        passed(producer, MIDNIGHT.plus(Duration.ofHours(hour + 1)));
      }
      producer.flush();

      List<ConsumerRecord<String, byte[]>> runs = await(ControlTopic.RUNS.name(), 1);
      RunStep requested = flights.decode(RunStep.class, runs.getFirst().value());
      assertThat(requested.getEvidence()).contains("\"reason\":\"decay\"");
      assertThat(requested.getRun()).startsWith("20010108T080000-");

      Set<String> outcomes = new HashSet<>();
      for (ConsumerRecord<String, byte[]> outcome :
          await(DataTopic.OUTCOMES.of("flights"), HOURS * AN_HOUR)) {
        assertThat(outcomes.add(outcome.key())).as("%s twice", outcome.key()).isTrue();
      }
      assertThat(outcomes).hasSize(HOURS * AN_HOUR);

      Map<Instant, String> verdicts = new TreeMap<>();
      for (ConsumerRecord<String, byte[]> said : await(ControlTopic.METRICS.name(), HOURS)) {
        MetricsMeasured metrics = flights.decode(MetricsMeasured.class, said.value());
        verdicts.put(
            metrics.getWindowStart(),
            "%d of %d %.2f %s"
                .formatted(
                    metrics.getLabelled(),
                    metrics.getPredictions(),
                    metrics.getMetrics().getOrDefault("auc", -1.0),
                    metrics.getVerdict()));
      }
      assertThat(verdicts.values())
          .containsExactly(
              "60 of 60 1.00 NOT_JUDGED",
              "60 of 60 1.00 NOT_JUDGED",
              "60 of 60 1.00 NOT_JUDGED",
              "60 of 60 1.00 NOT_JUDGED",
              "60 of 60 1.00 NOT_JUDGED",
              "60 of 60 1.00 HEALTHY",
              "60 of 60 1.00 HEALTHY",
              "60 of 60 0.50 DECAYED",
              "60 of 60 0.50 DECAYED");
      assertThat(read(ControlTopic.RUNS.name())).hasSize(1);
      awaitNoLag();
    } finally {
      first.close();
      second.close();
    }
  }

  /** Facts, and what it has written itself, in transactions, among its topics. */
  private void awaitNoLag() {
    try (Admin admin = Admin.create(cluster.getKafkaClientConfiguration())) {
      Awaitility.await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () ->
                  assertThat(
                          new BrokerOffsets(admin, Duration.ofSeconds(30))
                              .lags(PipelineGroup.monitor(FlightsFile.pipeline())))
                      .isEqualTo(Map.of("millrace-monitor-flights", 0L)));
    }
  }

  private List<Runnable> hour(KafkaProducer<String, byte[]> producer, int hour, boolean good) {
    List<Runnable> events = new ArrayList<>();
    Instant start = MIDNIGHT.plus(Duration.ofHours(hour));
    for (int i = 0; i < AN_HOUR; i++) {
      String id = Integer.toString(hour * AN_HOUR + i);
      boolean late = i % 2 == 0;
      Instant time = start.plusSeconds(i * 50L);
      double score = good ? (late ? 0.8 : 0.2) : 0.5;
      int partition = Utils.toPositive(Utils.murmur2(id.getBytes(UTF_8))) % PARTITIONS;
      events.add(
          () ->
              send(
                  producer,
                  DataTopic.PREDICTIONS.of("flights"),
                  partition,
                  id,
                  flights.prediction(id, 1, score, time, "JFK")));
      events.add(
          () ->
              send(
                  producer,
                  DataTopic.LABELS.of("flights"),
                  partition,
                  id,
                  flights.arrival(Long.parseLong(id), time.plusSeconds(60), late ? 60L : 0L)));
    }
    return events;
  }

  private static void send(
      KafkaProducer<String, byte[]> producer,
      String topic,
      int partition,
      String key,
      byte[] value) {
    producer.send(new ProducerRecord<>(topic, partition, key, value));
  }

  private static void passed(KafkaProducer<String, byte[]> producer, Instant time) {
    for (DataTopic topic : List.of(DataTopic.PREDICTIONS, DataTopic.LABELS)) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        ProducerRecord<String, byte[]> mark =
            new ProducerRecord<>(topic.of("flights"), partition, "0", null);
        mark.headers()
            .add(
                MillraceHeaders.WATERMARK,
                Long.toString(FlightsFixture.micros(time)).getBytes(US_ASCII));
        producer.send(mark);
      }
    }
  }

  private MonitorStreams start(String instance) {
    StreamsSettings settings =
        new StreamsSettings(
            KafkaClients.at(cluster.getBootstrapServers()),
            instance,
            dir.resolve(instance),
            1,
            Duration.ofMillis(100),
            16 << 20,
            32 << 20);
    return new MonitorStreams(
        flights.runnable,
        version -> Optional.empty(),
        flights.cache,
        settings,
        flights::judge,
        new ApplicationAlerts(
            settings.kafka(),
            settings.instance(),
            flights.registry,
            "monitor",
            "flights",
            Clock.systemUTC()));
  }

  private void createTopics() throws Exception {
    try (Admin admin = Admin.create(cluster.getKafkaClientConfiguration())) {
      List<NewTopic> topics = new ArrayList<>();
      for (DataTopic topic : DataTopic.values()) {
        topics.add(new NewTopic(topic.of("flights"), PARTITIONS, (short) 1));
      }
      for (ControlTopic<?> topic : ControlTopic.ALL) {
        topics.add(new NewTopic(topic.name(), 1, (short) 1));
      }
      NewTopics.create(admin, topics);
    }
  }

  /** All records, once there are as many as wanted and no more are coming. */
  private List<ConsumerRecord<String, byte[]>> await(String topic, int wanted) {
    Instant giveUp = Instant.now().plus(PATIENCE);
    List<ConsumerRecord<String, byte[]>> records = read(topic);
    while (records.size() < wanted && Instant.now().isBefore(giveUp)) {
      records = read(topic);
    }
    assertThat(records).as(topic).hasSizeGreaterThanOrEqualTo(wanted);
    return records;
  }

  private List<ConsumerRecord<String, byte[]>> read(String topic) {
    Map<String, Object> config = new HashMap<>(cluster.getKafkaClientConfiguration());
    config.put("isolation.level", "read_committed");
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(
          consumer.partitionsFor(topic).stream()
              .map(p -> new org.apache.kafka.common.TopicPartition(topic, p.partition()))
              .toList());
      consumer.seekToBeginning(consumer.assignment());
      int quietPolls = 0;
      while (quietPolls < 5) {
        var polled = consumer.poll(Duration.ofMillis(200));
        quietPolls = polled.isEmpty() ? quietPolls + 1 : 0;
        polled.forEach(record -> records.add(record));
      }
    }
    return records;
  }
}
