package io.millrace.validator.pipelines;

import static io.millrace.validator.FlightsBroker.PARTITIONS;
import static io.millrace.validator.FlightsBroker.topic;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.lag.BrokerOffsets;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.settings.MillraceSettings;
import io.millrace.messaging.topics.NewTopics;
import io.millrace.messaging.topics.TopicReader;
import io.millrace.validator.FakeRegistry;
import io.millrace.validator.Flights;
import io.millrace.validator.FlightsBroker;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline's application as the service starts it. */
@ExtendWith(KafkaClusterExtension.class)
final class ValidatorApplicationsIT {
  private static final long T = Instant.parse("2001-01-01T00:00:00Z").toEpochMilli() * 1000;

  @Test
  void shouldCountExactlyOverItsTasksAndGoOnCountingAfterARestart(
      KafkaCluster cluster, @TempDir Path state) throws Exception {
    try (FlightsBroker broker = new FlightsBroker(cluster)) {
      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      ValidatorApplications applications =
          new ValidatorApplications(
              settings(state),
              KafkaClients.at(broker.bootstrapServers()),
              new FakeRegistry(),
              meters);
      try (PipelineApplication validator = applications.start(Flights.runnable(PARTITIONS))) {
        send(broker);
        broker.readUntil(records -> events(records, "examples") == 90);
        broker.readUntil(records -> events(records, "quarantine") == 10);
        assertThat(validator.counts()).isEqualTo(counts(90, 0, 10, 0));
        assertThat(validator.state()).isEqualTo(PipelineApplication.State.RUNNING);
        assertThat(meters.get("millrace.validator.remembered.ids").gauge().value()).isEqualTo(100);
      }
      try (PipelineApplication again = applications.start(Flights.runnable(PARTITIONS))) {
        send(broker);
        broker.send("arrivals", 0, Flights.arrival(1L, T, 3L));
        broker.readUntil(records -> events(records, "labels") == 1);
        broker.readUntil(records -> Objects.equals(again.counts().get("duplicates"), 100L));
        assertThat(again.counts()).isEqualTo(counts(90, 1, 10, 100));
      }
    }
  }

  /**
   * Of half of the ids one record comes by each placement; whoever reads them finds each id once,
   * where Kafka's partitioner puts it.
   */
  @Test
  void shouldPlaceAndCountWhatCameByThePlacementOfLibrdkafka(
      KafkaCluster cluster, @TempDir Path state) throws Exception {
    try (FlightsBroker broker = new FlightsBroker(cluster);
        Admin admin = KafkaClients.at(broker.bootstrapServers()).admin()) {
      NewTopics.create(admin, List.of(new NewTopic("millrace.alerts", 1, (short) 1)));
      SimpleMeterRegistry meters = new SimpleMeterRegistry();
      ValidatorApplications applications =
          new ValidatorApplications(
              settings(state),
              KafkaClients.at(broker.bootstrapServers()),
              new FakeRegistry(),
              meters);
      long misplaced = 0;
      try (PipelineApplication validator = applications.start(Flights.runnable(PARTITIONS))) {
        for (long id = 0; id < 200; id++) {
          misplaced += send(broker, id, id % 2 == 1);
        }
        for (long id = 0; id < 200; id += 2) {
          misplaced += send(broker, id, true);
        }
        broker.readUntil(records -> Objects.equals(validator.counts().get("duplicates"), 100L));
        List<ConsumerRecord<byte[], byte[]>> examples =
            broker.readUntil(records -> events(records, "examples") == 200);

        assertThat(misplaced).isGreaterThan(100);
        assertPlacedOnce(examples, 200);
        assertThat(validator.counts())
            .containsEntry("records", Map.of("departures", 300L, "arrivals", 0L))
            .containsEntry("misplaced", Map.of("departures", misplaced));
        assertThat(
                meters
                    .get("millrace.validator.misplaced")
                    .tags("pipeline", "flights", "stream", "departures")
                    .counter()
                    .count())
            .isEqualTo(misplaced);
        TopicReader reader =
            new TopicReader(KafkaClients.at(broker.bootstrapServers()), Duration.ofSeconds(20));
        broker.readUntil(records -> !alerts(reader).isEmpty());
        ConsumerRecord<byte[], byte[]> alert = alerts(reader).getFirst();
        assertThat(new String(alert.key(), UTF_8))
            .isEqualTo("flights/records-misplaced/departures");
        assertThat(new String(alert.value(), UTF_8))
            .contains("RECORDS_MISPLACED", "partitioner=murmur2_random");
      }
      try (PipelineApplication again = applications.start(Flights.runnable(PARTITIONS))) {
        for (long id = 200; id < 250; id++) {
          misplaced += send(broker, id, true);
        }
        List<ConsumerRecord<byte[], byte[]>> examples =
            broker.readUntil(records -> events(records, "examples") == 250);

        assertPlacedOnce(examples, 250);
        long all = misplaced;
        broker.readUntil(
            records -> Objects.equals(again.counts().get("misplaced"), Map.of("departures", all)));
        assertThat(again.counts()).containsEntry("duplicates", 100L);
      }
    }
  }

  /**
   * As Kafka's partitioner or as librdkafka's {@code consistent_random} places it.
   *
   * @return how many are misplaced
   */
  private static int send(FlightsBroker broker, long id, boolean isByCrc) {
    byte[] key = Long.toString(id).getBytes(UTF_8);
    CRC32 crc = new CRC32();
    crc.update(key);
    int kafkas = Utils.toPositive(Utils.murmur2(key)) % PARTITIONS;
    int theirs = isByCrc ? (int) (crc.getValue() % PARTITIONS) : kafkas;
    broker.send("departures", theirs, key, Flights.departure(id, T + id, "JFK", 300L));
    return theirs == kafkas ? 0 : 1;
  }

  private static List<ConsumerRecord<byte[], byte[]>> alerts(TopicReader reader) {
    List<ConsumerRecord<byte[], byte[]>> alerts = new ArrayList<>();
    assertThat(reader.read("millrace.alerts", alerts::add)).isTrue();
    return alerts.stream()
        .filter(alert -> new String(alert.key(), UTF_8).contains("misplaced"))
        .toList();
  }

  private static void assertPlacedOnce(List<ConsumerRecord<byte[], byte[]>> read, int ids) {
    List<ConsumerRecord<byte[], byte[]>> examples =
        read.stream()
            .filter(r -> r.topic().equals(topic("examples")) && r.value() != null)
            .toList();
    assertThat(examples.stream().map(r -> new String(r.key(), UTF_8)))
        .containsExactlyInAnyOrderElementsOf(
            LongStream.range(0, ids).mapToObj(Long::toString).toList());
    assertThat(examples)
        .allSatisfy(
            r ->
                assertThat(r.partition())
                    .isEqualTo(Utils.toPositive(Utils.murmur2(r.key())) % PARTITIONS));
  }

  /** The topic between its parts is written in transactions, whose markers are no records. */
  @Test
  void shouldHaveAllBeforeItBeforeItsFirstCommitAndNothingAtRest(
      KafkaCluster cluster, @TempDir Path state) throws Exception {
    try (FlightsBroker broker = new FlightsBroker(cluster);
        Admin admin = KafkaClients.at(broker.bootstrapServers()).admin()) {
      ValidatorApplications applications =
          new ValidatorApplications(
              settings(state),
              KafkaClients.at(broker.bootstrapServers()),
              new FakeRegistry(),
              new SimpleMeterRegistry());
      send(broker);
      broker.readUntil(records -> true);
      assertThat(lag(admin, applications)).isEqualTo(100);

      try (PipelineApplication unused = applications.start(Flights.runnable(PARTITIONS))) {
        broker.readUntil(records -> events(records, "examples") == 90);
        broker.readUntil(records -> lag(admin, applications) == 0);
      }
      send(broker);
      broker.readUntil(records -> true);
      assertThat(lag(admin, applications)).isEqualTo(100);
    }
  }

  @Test
  void shouldSayWhichTopicsAreMissing(KafkaCluster cluster) {
    StreamTopics topics = new StreamTopics(KafkaClients.at(cluster.getBootstrapServers()));

    assertThatThrownBy(() -> topics.partitions(Flights.pipeline()))
        .isInstanceOf(UnknownTopicOrPartitionException.class)
        .hasMessageContaining("millrace.flights.departures");
  }

  private static long lag(Admin admin, ValidatorApplications applications) {
    Map<String, Long> lags =
        new BrokerOffsets(admin, Duration.ofSeconds(30))
            .lags(applications.groups(Flights.pipeline()));
    assertThat(lags).containsOnlyKeys("millrace-validator-flights");
    return lags.values().iterator().next();
  }

  private static void send(FlightsBroker broker) {
    for (long id = 0; id < 100; id++) {
      long miles = id % 10 == 0 ? 0 : 300;
      broker.send("departures", (int) id % PARTITIONS, Flights.departure(id, T + id, "JFK", miles));
    }
  }

  private static long events(List<ConsumerRecord<byte[], byte[]>> records, String topic) {
    return records.stream()
        .filter(r -> r.topic().equals(topic(topic)) && r.value() != null)
        .count();
  }

  private static Map<String, Object> counts(
      long examples, long labels, long invalid, long duplicates) {
    return Map.of(
        "records",
        Map.of("departures", 100 + duplicates, "arrivals", labels),
        "misplaced",
        Map.of(),
        "ahead",
        Map.of(),
        "examples",
        examples,
        "labels",
        labels,
        "quarantined",
        Map.of("INT_TYPE_SMALL_INT", invalid),
        "quarantinedFields",
        Map.of("INT_TYPE_SMALL_INT", Map.of("departures.distance_miles", invalid)),
        "duplicates",
        duplicates);
  }

  private static MillraceSettings settings(Path state) {
    SmallRyeConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(MillraceSettings.class)
            .withSources(
                new PropertiesConfigSource(
                    Map.of(
                        "millrace.state.dir", state.toString(),
                        "millrace.instance", "it",
                        "millrace.streams.commit-interval", "PT0.1S"),
                    "test",
                    500))
            .build();
    return config.getConfigMapping(MillraceSettings.class);
  }
}
