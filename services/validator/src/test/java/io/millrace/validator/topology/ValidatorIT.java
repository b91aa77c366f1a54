package io.millrace.validator.topology;

import static io.millrace.validator.FlightsBroker.PARTITIONS;
import static io.millrace.validator.FlightsBroker.header;
import static io.millrace.validator.FlightsBroker.topic;
import static io.millrace.validator.FlightsBroker.watermark;
import static org.assertj.core.api.Assertions.assertThat;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.millrace.contracts.errors.ErrorCode;
import io.millrace.contracts.pipeline.Pipeline;
import io.millrace.contracts.schema.PipelineSchemas;
import io.millrace.messaging.pipelines.PipelineApplication;
import io.millrace.messaging.pipelines.PipelineFailure;
import io.millrace.messaging.serde.WireFormat;
import io.millrace.messaging.streams.StreamsApplication;
import io.millrace.validator.FakeRegistry;
import io.millrace.validator.Flights;
import io.millrace.validator.FlightsBroker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over four partitions of a real broker: what one task alone can't show. */
@ExtendWith(KafkaClusterExtension.class)
final class ValidatorIT {
  private static final long T = Instant.parse("2001-01-01T00:00:00Z").toEpochMilli() * 1000;

  private final Path state;

  ValidatorIT(@TempDir Path state) {
    this.state = state;
  }

  @Test
  void shouldNotPassTheTimeOfAPartitionThatIsWithheld(KafkaCluster cluster) throws Exception {
    try (FlightsBroker broker = new FlightsBroker(cluster);
        StreamsApplication validator = broker.instance("a", state)) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        broker.mark("departures", partition, T - 1);
      }
      for (int i = 0; i < 300; i++) {
        broker.send("departures", i % 3, departure(i, T + i));
      }
      broker.mark("departures", 0, T + 300);
      broker.readUntil(records -> events(records, "examples").size() == 300);
      List<ConsumerRecord<byte[], byte[]>> before = broker.readFor(Duration.ofSeconds(2));
      assertThat(marks(before)).isNotEmpty().allMatch(time -> time == T - 1);

      broker.send("departures", 3, departure(1000, T + 50));
      for (int partition = 0; partition < PARTITIONS; partition++) {
        broker.mark("departures", partition, T + 300);
      }
      List<ConsumerRecord<byte[], byte[]>> after =
          broker.readUntil(records -> Collections.frequency(marks(records), T + 300) == PARTITIONS);

      assertThat(events(after, "examples")).hasSize(301);
      assertNoEventBehindItsWatermark(after);
      assertThat(validator.state()).hasToString("RUNNING");
    }
  }

  /** Sixteen packed megabytes are small for the broker. */
  @Test
  void shouldQuarantineTheBeginningOfWhatIsTooLargeAndGoOn(KafkaCluster cluster) throws Exception {
    int most = 1024 * 1024;
    byte[] large = Arrays.copyOf(departure(1, T), 16 * most);
    try (FlightsBroker broker = new FlightsBroker(cluster);
        StreamsApplication validator = broker.instance("a", state)) {
      broker.send("departures", 0, large);
      broker.send("departures", 0, departure(2, T));
      List<ConsumerRecord<byte[], byte[]>> read =
          broker.readUntil(
              records ->
                  !events(records, "examples").isEmpty()
                      && !events(records, "quarantine").isEmpty());

      assertThat(ids(read, "examples")).containsExactly("2");
      ConsumerRecord<byte[], byte[]> refused = events(read, "quarantine").getFirst();
      assertThat(header(refused, "millrace_reasons"))
          .contains("EVENT_TOO_LARGE")
          .contains("16777216");
      assertThat(header(refused, "millrace_source_offset")).isEqualTo("0");
      assertThat(refused.value()).isEqualTo(Arrays.copyOf(large, most));
      assertThat(validator.state()).hasToString("RUNNING");
    }
  }

  /** Its offset was committed long ago: it is not read again. */
  @Test
  void shouldQuarantineTheWaitingRecordThatFailsAndGoOn(KafkaCluster cluster) throws Exception {
    Pipeline pipeline = Flights.pipeline();
    FakeRegistry registry = new FakeRegistry();
    registry.setAway(true);
    registry.addBug(55);
    registry.add(56, PipelineSchemas.of(pipeline).stream(pipeline.exampleStream()));
    byte[] bad = inSchema(55, departure(1, T));
    try (FlightsBroker broker = new FlightsBroker(cluster);
        StreamsApplication validator = broker.instance("a", state, registry)) {
      broker.send("departures", 1, departure(2, T));
      broker.send("departures", 1, bad);
      broker.send("departures", 1, inSchema(56, departure(3, T)));
      broker.send("departures", 1, inSchema(55, departure(4, T)));
      broker.send("departures", 1, departure(5, T));
      broker.readUntil(records -> ids(records, "examples").equals(List.of("2", "5")));

      registry.setAway(false);
      broker.readUntil(
          records ->
              ids(records, "examples").size() == 3 && events(records, "quarantine").size() == 2);
      broker.send("departures", 1, departure(6, T));
      List<ConsumerRecord<byte[], byte[]>> read =
          broker.readUntil(records -> ids(records, "examples").size() == 4);

      assertThat(ids(read, "examples")).containsExactly("2", "3", "5", "6");
      List<ConsumerRecord<byte[], byte[]>> refused = events(read, "quarantine");
      assertThat(refused)
          .hasSize(2)
          .allSatisfy(r -> assertThat(header(r, "millrace_reasons")).contains("PROCESSING_FAILED"));
      assertThat(refused.getFirst().value()).isEqualTo(bad);
      assertThat(header(refused.getFirst(), "millrace_source_topic"))
          .isEqualTo(topic("departures"));
      assertThat(header(refused.getFirst(), "millrace_source_partition")).isEqualTo("1");
      assertThat(refused.stream().map(r -> header(r, "millrace_source_offset")))
          .containsExactly("1", "3");
      assertThat(validator.state()).hasToString("RUNNING");
      assertThat(validator.failure()).isEmpty();
    }
  }

  /** The markers of one transaction come to each partition at a time of its own. */
  @Test
  void shouldWaitForWhatStandsInAnOpenTransactionWhenOthersWakeUp(KafkaCluster cluster)
      throws Exception {
    try (FlightsBroker broker = new FlightsBroker(cluster);
        StreamsApplication validator = broker.instance("a", state);
        KafkaProducer<byte[], byte[]> theirs = broker.transactional()) {
      for (int partition = 0; partition < PARTITIONS; partition++) {
        broker.mark("departures", partition, T - 1);
        broker.mark("arrivals", partition, T - 1);
      }
      broker.readUntil(records -> idle(records) == PARTITIONS);
      theirs.beginTransaction();
      theirs
          .send(new ProducerRecord<>(topic("departures"), 3, null, departure(1000, T + 50)))
          .get();
      for (int i = 0; i < 300; i++) {
        broker.send("departures", i % 3, departure(i, T + i));
      }
      broker.readUntil(records -> events(records, "examples").size() == 300);
      List<ConsumerRecord<byte[], byte[]>> before = broker.readFor(Duration.ofSeconds(2));
      assertThat(marks(before)).isNotEmpty().allMatch(time -> time < T + 50);

      theirs.commitTransaction();
      for (int partition = 0; partition < PARTITIONS; partition++) {
        broker.mark("departures", partition, T + 300);
      }
      List<ConsumerRecord<byte[], byte[]>> after =
          broker.readUntil(records -> Collections.frequency(marks(records), T + 300) == PARTITIONS);

      assertThat(events(after, "examples")).hasSize(301);
      assertNoEventBehindItsWatermark(after);
      assertThat(validator.state()).hasToString("RUNNING");
    }
  }

  /** It is not read, and yet nothing is left to read behind it. */
  @Test
  void shouldFallAsleepBehindARecordThatIsPassedOver(KafkaCluster cluster) throws Exception {
    FakeRegistry registry = new FakeRegistry();
    registry.addBug(55);
    try (FlightsBroker broker = new FlightsBroker(cluster);
        StreamsApplication validator = broker.instance("a", state, registry)) {
      broker.send("departures", 1, departure(2, T));
      broker.send("departures", 1, inSchema(55, departure(1, T)));

      List<ConsumerRecord<byte[], byte[]>> read =
          broker.readUntil(
              records -> !events(records, "quarantine").isEmpty() && idle(records) == PARTITIONS);

      assertThat(ids(read, "examples")).containsExactly("2");
      assertThat(validator.state()).hasToString("RUNNING");
    }
  }

  /** In how many partitions it was said that all examples are there. */
  private static long idle(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream()
        .filter(record -> record.topic().equals(topic("examples")) && record.value() == null)
        .filter(record -> header(record, "millrace_watermark").equals("idle"))
        .map(ConsumerRecord::partition)
        .distinct()
        .count();
  }

  private static byte[] inSchema(int id, byte[] event) {
    byte[] foreign = event.clone();
    ByteBuffer.wrap(foreign).putInt(WireFormat.HEADER_BYTES - Integer.BYTES, id);
    return foreign;
  }

  /** One stream with more partitions than any had, the other with more than it had. */
  @ParameterizedTest
  @CsvSource({"departures, 6", "arrivals, 4"})
  void shouldFollowATopicThatGetsMorePartitions(String grown, int partitions, KafkaCluster cluster)
      throws Exception {
    try (FlightsBroker broker = new FlightsBroker(cluster, 2);
        StreamsApplication validator = broker.instance("a", state)) {
      broker.send("departures", 1, departure(1, T));
      broker.readUntil(records -> ids(records, "examples").equals(List.of("1")));

      broker.grow(grown, partitions);
      broker.send(
          grown,
          partitions - 1,
          grown.equals("departures") ? departure(2, T) : Flights.arrival(2L, T, 5L));
      broker.send("departures", 0, departure(3, T));
      List<ConsumerRecord<byte[], byte[]>> read =
          broker.readUntil(
              records -> ids(records, "examples").size() + ids(records, "labels").size() == 3);

      assertThat(ids(read, "quarantine")).isEmpty();
      assertThat(ids(read, grown.equals("departures") ? "examples" : "labels")).contains("2");
      assertThat(validator.failure()).isEmpty();
    }
  }

  @Test
  void shouldSayWhichTopicIsMissingAndGoOnOnceItIsThere(KafkaCluster cluster) throws Exception {
    try (FlightsBroker broker = new FlightsBroker(cluster)) {
      broker.delete("departures");
      try (StreamsApplication validator = broker.instance("a", state)) {
        broker.readUntil(records -> validator.failure().isPresent());

        PipelineFailure failure = validator.failure().orElseThrow();
        assertThat(failure.code()).isEqualTo(ErrorCode.TOPIC_MISSING);
        assertThat(failure.message()).endsWith("there is no topic " + topic("departures"));
        assertThat(validator.state()).isEqualTo(PipelineApplication.State.STARTING);

        broker.create("departures");
        broker.send("departures", 1, departure(1, T));
        broker.readUntil(records -> ids(records, "examples").equals(List.of("1")));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void shouldAccountForEveryRecordInOrderOnTwoInstances(long seed, KafkaCluster cluster)
      throws Exception {
    try (FlightsBroker broker = new FlightsBroker(cluster);
        StreamsApplication first = broker.instance("a", state)) {
      StreamsApplication second = broker.instance("b", state);
      RandomReplay replay = new RandomReplay(broker, new Random(seed), T);
      broker.readUntil(FlightsBroker::isAllIdle);
      replay.mark();
      replay.send(replay.size() / 2);
      broker.readUntil(
          records -> {
            replay.mark();
            return records.size() > replay.size() / 8;
          });
      CompletableFuture<Void> stopped = CompletableFuture.runAsync(second::close);
      broker.readUntil(
          records -> {
            replay.mark();
            return stopped.isDone();
          });
      replay.send(replay.size());
      replay.mark();
      List<ConsumerRecord<byte[], byte[]>> read =
          broker.readUntil(
              records ->
                  Collections.frequency(marks(records), replay.end()) == 2 * PARTITIONS
                      && ids(records, "quarantine").size() >= replay.invalid().size());

      assertThat(ids(read, "examples")).as("seed " + seed).isEqualTo(replay.valid("departures"));
      assertThat(ids(read, "labels")).as("seed " + seed).isEqualTo(replay.valid("arrivals"));
      assertThat(ids(read, "quarantine")).as("seed " + seed).isEqualTo(replay.invalid());
      assertNoEventBehindItsWatermark(read);
      assertThat(first.state()).hasToString("RUNNING");
    }
  }

  private static byte[] departure(long id, long micros) {
    return Flights.departure(id, micros, "JFK", 300L);
  }

  private static List<ConsumerRecord<byte[], byte[]>> events(
      List<ConsumerRecord<byte[], byte[]>> records, String topic) {
    return records.stream()
        .filter(r -> r.topic().equals(topic(topic)) && r.value() != null)
        .toList();
  }

  private static List<Long> marks(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().flatMap(record -> watermark(record).stream()).toList();
  }

  private static List<String> ids(List<ConsumerRecord<byte[], byte[]>> records, String topic) {
    return events(records, topic).stream().map(r -> header(r, "ce_id")).sorted().toList();
  }

  private static void assertNoEventBehindItsWatermark(
      List<ConsumerRecord<byte[], byte[]>> records) {
    Map<String, Long> passed = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      String partition = record.topic() + "-" + record.partition();
      if (record.topic().equals(topic("quarantine"))) {
        continue;
      }
      if (record.value() == null) {
        assertThat(new String(record.key(), StandardCharsets.UTF_8))
            .isEqualTo(Integer.toString(record.partition()));
        watermark(record).forEach(time -> passed.merge(partition, time, Math::max));
      } else {
        long time =
            ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(header(record, "ce_time")));
        assertThat(time)
            .as(partition)
            .isGreaterThan(passed.getOrDefault(partition, Long.MIN_VALUE));
      }
    }
  }
}
