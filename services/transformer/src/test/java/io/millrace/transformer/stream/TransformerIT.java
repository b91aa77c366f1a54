package io.millrace.transformer.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.kroxylicious.testing.kafka.api.KafkaCluster;
import io.kroxylicious.testing.kafka.junit5ext.KafkaClusterExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.messaging.clients.KafkaClients;
import io.millrace.messaging.pipelines.RunnablePipeline;
import io.millrace.messaging.serde.KeptValues;
import io.millrace.messaging.serde.VersionHeader;
import io.millrace.messaging.streams.ApplicationAlerts;
import io.millrace.messaging.streams.StreamsSettings;
import io.millrace.messaging.topics.NewTopics;
import io.millrace.messaging.watermarks.Mark;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No leak and no loss where tasks really run apart: four partitions that race each other by hours
 * of event time, two instances, one of which is stopped and replaced half-way.
 */
@ExtendWith(KafkaClusterExtension.class)
class TransformerIT {
  private static final int PARTITIONS = 4;
  private static final Instant UNTIL = Instant.parse("2001-01-02T06:00:00Z");
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final FlightsFixture flights = new FlightsFixture(PARTITIONS);
  private KafkaCluster cluster;
  @TempDir Path dir;

  /** An event on its way to one partition. */
  private record Event(String id, long time, byte[] value) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void shouldEqualBruteForceWhenPartitionsRaceAndAnInstanceIsReplaced(long seed) throws Exception {
    createTopics();
    Map<String, @Nullable Double[]> expected = bruteForce();
    List<Deque<Event>> examples = partitions("departures", "departure");
    List<Deque<Event>> labels = partitions("arrivals", "arrival");

    TransformerStreams first = start("a");
    TransformerStreams second = start("b");
    try {
      produceInRandomOrder(examples, labels, new Random(seed), 0.5);
      second.close();
      second = start("c");
      produceInRandomOrder(examples, labels, new Random(seed), 0);

      Map<String, GenericRecord> vectors = read(DataTopic.VECTORS, expected.size());
      List<String> wrong = new ArrayList<>();
      vectors.forEach(
          (id, vector) -> {
            @Nullable Double[] values = expected.get(id);
            for (int i = 0; i < values.length; i++) {
              Object actual = vector.get(flights.pipeline.windowed().get(i).name());
              if (!Objects.equals(values[i], actual)) {
                wrong.add(
                    id
                        + ": "
                        + flights.pipeline.windowed().get(i).name()
                        + " is "
                        + actual
                        + ", known was "
                        + values[i]);
              }
            }
            if (!vector.get("_incomplete").equals(false)) {
              wrong.add(id + " is marked incomplete");
            }
          });
      assertThat(wrong).as("seed %d, of %d", seed, expected.size()).isEmpty();
      assertThat(vectors.keySet()).isEqualTo(expected.keySet());
      assertThat(read(DataTopic.ROWS, expected.size()).keySet()).isEqualTo(expected.keySet());
    } finally {
      first.close();
      second.close();
    }
  }

  /**
   * The label, a derived feature, a window and a mean over the label mean something else from some
   * event on, which is another one in each partition; the instances change one after the other, one
   * of them while the other still goes by the first version.
   */
  @Test
  void shouldMixNoMeaningsWhenTheFileChangesMidWay() throws Exception {
    FlightsFixture changed =
        new FlightsFixture(
            flights,
            FlightsFile.text()
                .replace("delay_minutes > 15", "delay_minutes > 30")
                .replace("departure.getHours()", "departure.getHours() + 100")
                .replace("delay_minutes, window: 3h", "delay_minutes, window: 2h"));
    createTopics();
    Map<Integer, Map<String, @Nullable Double[]>> expected =
        Map.of(1, bruteForce(3, 15), 2, bruteForce(2, 30));
    Map<String, Long> delays = delays();
    List<Deque<Event>> examples = partitions("departures", "departure");
    List<Deque<Event>> labels = partitions("arrivals", "arrival");

    TransformerStreams first = start("a");
    TransformerStreams second = start("b");
    try {
      produceUpTo(examples, labels, Instant.parse("2001-01-01T15:00:00Z"));
      awaitVectors(200);
      second.close();
      second = start("b", changed, Optional.of(flights.runnable));
      produceUpTo(examples, labels, Instant.parse("2001-01-01T17:00:00Z"));
      first.close();
      first = start("c", changed, Optional.of(flights.runnable));
      produceUpTo(examples, labels, Instant.parse("2001-01-01T20:00:00Z"));
      awaitVectors(200, TransformerIT::isKeptWhole);
      second.close();
      first.close();
      second = start("b", changed, Optional.empty());
      first = start("c", changed, Optional.empty());
      produceInRandomOrder(examples, labels, new Random(3), 0);

      Map<String, Versioned> vectors = readVersioned(DataTopic.VECTORS, delays.size());
      Map<String, Versioned> rows = readVersioned(DataTopic.ROWS, delays.size());
      List<String> wrong = new ArrayList<>();
      Map<Integer, Integer> whole = new HashMap<>();
      vectors.forEach(
          (id, vector) -> {
            boolean isIncomplete = vector.record.get("_incomplete").equals(true);
            whole.merge(vector.version, isIncomplete ? 0 : 1, Integer::sum);
            @Nullable Double[] values = expected.get(vector.version).get(id);
            for (int i = 0; i < values.length; i++) {
              Object actual = vector.record.get(flights.pipeline.windowed().get(i).name());
              boolean isMissing = actual == null && isIncomplete;
              if (!Objects.equals(values[i], actual) && !isMissing) {
                wrong.add(id + ": " + i + " is " + actual + " in " + vector);
              }
            }
            vector.kept.ifPresent(
                kept -> {
                  @Nullable Double[] old = expected.get(1).get(id);
                  for (int i = 0; i < old.length; i++) {
                    String name = flights.pipeline.windowed().get(i).name();
                    boolean isMissing = kept.incomplete() && kept.features().get(name) == null;
                    if (kept.features().containsKey(name)
                        && !isMissing
                        && !Objects.equals(old[i], kept.features().get(name))) {
                      wrong.add(id + ": " + name + " is kept as " + kept + " in " + vector.record);
                    }
                  }
                  whole.merge(-kept.version(), kept.incomplete() ? 0 : 1, Integer::sum);
                });
            if ((Long) vector.record.get("hour") / 100 != vector.version - 1) {
              wrong.add(id + ": hour of " + vector);
            }
          });
      rows.forEach(
          (id, row) -> {
            boolean late = delays.get(id) > (row.version == 1 ? 15 : 30);
            if (row.version != vectors.get(id).version || !row.record.get("late").equals(late)) {
              wrong.add(id + ": row of " + row + " of vector of " + vectors.get(id));
            }
            for (Schema.Field field : flights.schemas.vector().getFields()) {
              if (!Objects.equals(
                  row.record.get(field.name()), vectors.get(id).record.get(field.name()))) {
                wrong.add(id + ": " + field.name() + " of " + row);
              }
            }
          });
      assertThat(wrong).isEmpty();
      assertThat(vectors.keySet()).isEqualTo(delays.keySet());
      assertThat(rows.keySet()).isEqualTo(delays.keySet());
      assertThat(whole.get(1)).isGreaterThan(500);
      assertThat(whole.get(2)).isGreaterThan(500);
      assertThat(vectors.values())
          .filteredOn(vector -> vector.kept.isPresent())
          .allMatch(vector -> vector.version == 2)
          .allMatch(
              vector ->
                  vector
                      .kept
                      .get()
                      .features()
                      .keySet()
                      .equals(Set.of("origin_delay_3h", "destination_delay_3h", "origin_late_1h")));
      assertThat(vectors.values())
          .filteredOn(vector -> vector.version == 2 && vector.kept.isEmpty())
          .hasSizeGreaterThan(200);
      assertThat(whole.get(-1)).as("kept and whole").isGreaterThan(500);
      assertThat(rows.values()).filteredOn(row -> row.version == 1).hasSizeGreaterThan(500);
    } finally {
      first.close();
      second.close();
    }
  }

  private TransformerStreams start(String instance) {
    return start(instance, flights, Optional.empty());
  }

  private TransformerStreams start(
      String instance, FlightsFixture version, Optional<RunnablePipeline> served) {
    StreamsSettings settings =
        new StreamsSettings(
            KafkaClients.at(cluster.getBootstrapServers()),
            instance,
            dir.resolve(instance),
            1,
            Duration.ofMillis(100),
            16 << 20,
            32 << 20);
    return new TransformerStreams(
        version.runnable,
        served,
        number -> number == 1 ? Optional.of(flights.runnable) : Optional.empty(),
        flights.cache,
        settings,
        new SimpleMeterRegistry(),
        new ApplicationAlerts(
            settings.kafka(),
            settings.instance(),
            flights.registry,
            "transformer",
            "flights",
            Clock.systemUTC()));
  }

  private void createTopics() throws Exception {
    try (Admin admin = Admin.create(cluster.getKafkaClientConfiguration())) {
      List<NewTopic> topics = new ArrayList<>();
      for (DataTopic topic : DataTopic.values()) {
        topics.add(new NewTopic(topic.of("flights"), PARTITIONS, (short) 1));
      }
      NewTopics.create(admin, topics);
    }
  }

  private void produceInRandomOrder(
      List<Deque<Event>> examples, List<Deque<Event>> labels, Random random, double rest) {
    produceInRandomOrder(examples, labels, random, rest, Mark.LATEST);
  }

  /**
   * @param last the time that has passed when there is no more
   */
  private void produceInRandomOrder(
      List<Deque<Event>> examples,
      List<Deque<Event>> labels,
      Random random,
      double rest,
      long last) {
    int left = (int) (rest * (count(examples) + count(labels)));
    Map<String, Object> config = cluster.getKafkaClientConfiguration();
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer())) {
      while (count(examples) + count(labels) > left) {
        boolean example = random.nextBoolean();
        int partition = random.nextInt(PARTITIONS);
        Deque<Event> queue = (example ? examples : labels).get(partition);
        String topic = (example ? DataTopic.EXAMPLES : DataTopic.LABELS).of("flights");
        long time = Long.MIN_VALUE;
        for (int n = random.nextInt(2000); n > 0 && !queue.isEmpty(); n--) {
          Event event = queue.remove();
          time = event.time;
          producer.send(new ProducerRecord<>(topic, partition, event.id, event.value));
        }
        if (time != Long.MIN_VALUE) {
          // Events of the same time may follow, unless there are none.
          mark(producer, topic, partition, queue.isEmpty() ? last : time - 1);
        }
      }
    }
  }

  /** Takes the events up to a time. */
  private void produceUpTo(List<Deque<Event>> examples, List<Deque<Event>> labels, Instant time) {
    produceInRandomOrder(
        upTo(examples, time), upTo(labels, time), new Random(3), 0, FlightsFixture.micros(time));
  }

  private static List<Deque<Event>> upTo(List<Deque<Event>> all, Instant time) {
    List<Deque<Event>> taken = new ArrayList<>();
    for (Deque<Event> queue : all) {
      Deque<Event> first = new ArrayDeque<>();
      while (!queue.isEmpty() && queue.peek().time <= FlightsFixture.micros(time)) {
        first.add(queue.remove());
      }
      taken.add(first);
    }
    return taken;
  }

  private static void mark(
      KafkaProducer<String, byte[]> producer, String topic, int partition, long passed) {
    ProducerRecord<String, byte[]> mark = new ProducerRecord<>(topic, partition, "0", null);
    mark.headers()
        .add(MillraceHeaders.WATERMARK, Long.toString(passed).getBytes(StandardCharsets.US_ASCII));
    producer.send(mark);
  }

  /** A record, and the version that it says made it. */
  private record Versioned(GenericRecord record, int version, Optional<KeptValues> kept) {}

  private Map<String, GenericRecord> read(DataTopic topic, int wanted) {
    Map<String, GenericRecord> records = new HashMap<>();
    readVersioned(topic, wanted).forEach((id, read) -> records.put(id, read.record));
    return records;
  }

  private static boolean isKeptWhole(ConsumerRecord<String, byte[]> vector) {
    return KeptValues.read(vector.headers()).filter(kept -> !kept.incomplete()).isPresent();
  }

  private void awaitVectors(int wanted) {
    awaitVectors(wanted, vector -> true);
  }

  /** Of one partition. */
  private void awaitVectors(int wanted, Predicate<ConsumerRecord<String, byte[]>> which) {
    Map<String, Object> config = new HashMap<>(cluster.getKafkaClientConfiguration());
    config.put("isolation.level", "read_committed");
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(new TopicPartition(DataTopic.VECTORS.of("flights"), 0)));
      consumer.seekToBeginning(consumer.assignment());
      AtomicInteger read = new AtomicInteger();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                consumer
                    .poll(Duration.ofMillis(100))
                    .forEach(
                        record ->
                            read.addAndGet(record.value() != null && which.test(record) ? 1 : 0));
                return read.get() >= wanted;
              });
    }
  }

  private Map<String, Versioned> readVersioned(DataTopic topic, int wanted) {
    Map<String, Object> config = new HashMap<>(cluster.getKafkaClientConfiguration());
    config.put("isolation.level", "read_committed");
    Map<String, Versioned> records = new HashMap<>();
    long[] passed = new long[PARTITIONS];
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(
          Set.of(0, 1, 2, 3).stream()
              .map(p -> new TopicPartition(topic.of("flights"), p))
              .toList());
      consumer.seekToBeginning(consumer.assignment());
      Instant giveUp = Instant.now().plus(PATIENCE);
      int quietPolls = 0;
      boolean isWhole = false;
      while (quietPolls < 10 || (!isWhole && Instant.now().isBefore(giveUp))) {
        var polled = consumer.poll(Duration.ofMillis(200));
        quietPolls = polled.isEmpty() ? quietPolls + 1 : 0;
        for (ConsumerRecord<String, byte[]> record : polled) {
          if (record.value() == null) {
            passed[record.partition()] = passed(record);
            continue;
          }
          GenericRecord read =
              flights.decode(
                  topic == DataTopic.ROWS ? flights.schemas.row() : flights.schemas.vector(),
                  record.value());
          Versioned before =
              records.put(
                  record.key(),
                  new Versioned(
                      read,
                      VersionHeader.read(record.headers()).orElseThrow(),
                      KeptValues.read(record.headers())));
          assertThat(before).as("%s twice in %s", record.key(), topic).isNull();
          assertThat((Long) read.get("departure"))
              .as("%s behind the watermark that speaks of it", record.key())
              .isGreaterThan(passed[record.partition()]);
        }
        isWhole =
            records.size() >= wanted
                && (topic != DataTopic.VECTORS
                    || LongStream.of(passed).allMatch(mark -> mark == Mark.LATEST));
      }
    }
    if (topic == DataTopic.VECTORS) {
      assertThat(passed).as("watermarks at the end").containsOnly(Mark.LATEST);
    }
    return records;
  }

  private static long passed(ConsumerRecord<String, byte[]> mark) {
    return Long.parseLong(
        new String(
            mark.headers().lastHeader(MillraceHeaders.WATERMARK).value(),
            StandardCharsets.US_ASCII));
  }

  private List<Deque<Event>> partitions(String stream, String time) throws SQLException {
    List<Deque<Event>> partitions = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.add(new ArrayDeque<>());
    }
    query(
        "select * from " + stream + " order by " + time + ", flight_id",
        row -> {
          long id = row.getLong("flight_id");
          Instant at =
              row.getObject(time, java.time.LocalDateTime.class)
                  .toInstant(java.time.ZoneOffset.UTC);
          byte[] value =
              stream.equals("departures")
                  ? flights.departure(id, at, row.getString("origin"), row.getString("destination"))
                  : flights.arrival(id, at, row.getLong("delay_minutes"));
          String key = Long.toString(id);
          int partition =
              Utils.toPositive(Utils.murmur2(key.getBytes(StandardCharsets.UTF_8))) % PARTITIONS;
          partitions.get(partition).add(new Event(key, FlightsFixture.micros(at), value));
        });
    return partitions;
  }

  /** A plain range join over the files, on panes that ended at or before the departure. */
  private Map<String, @Nullable Double[]> bruteForce() throws SQLException {
    return bruteForce(3, 15);
  }

  private Map<String, @Nullable Double[]> bruteForce(int hours, int minutes) throws SQLException {
    Map<String, @Nullable Double[]> expected = new HashMap<>();
    query(
        """
        with known as (
          select a.arrival, a.delay_minutes, a.delay_minutes > %2$d as late, d.origin, d.destination
          from arrivals a join departures d using (flight_id)),
        asked as (select *, time_bucket(interval 5 minutes, departure) as t from departures)
        select flight_id,
          (select avg(delay_minutes) from known k where k.origin = e.origin
             and k.arrival > e.t - interval %1$d hours and k.arrival <= e.t) as origin_delay,
          (select avg(case when late then 1 else 0 end) from known k where k.origin = e.origin
             and k.arrival > e.t - interval 1 hour and k.arrival <= e.t) as origin_late,
          (select avg(delay_minutes) from known k where k.destination = e.destination
             and k.arrival > e.t - interval %1$d hours and k.arrival <= e.t) as destination_delay
        from asked e
        """
            .formatted(hours, minutes),
        row ->
            expected.put(
                row.getString(1),
                new @Nullable Double[] {
                  (Double) row.getObject(2), (Double) row.getObject(3), (Double) row.getObject(4)
                }));
    return expected;
  }

  private Map<String, Long> delays() throws SQLException {
    Map<String, Long> delays = new HashMap<>();
    query(
        "select flight_id, delay_minutes from arrivals",
        row -> delays.put(row.getString(1), row.getLong(2)));
    return delays;
  }

  private interface RowReader {
    void read(ResultSet row) throws SQLException;
  }

  private static void query(String sql, RowReader reader) throws SQLException {
    try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duckdb.createStatement()) {
      statement.execute(
          "create table departures as select * from '../../examples/flights/data/departures.parquet'"
              + " where departure < '"
              + UNTIL.toString().replace("Z", "")
              + "'");
      statement.execute(
          "create table arrivals as select * from '../../examples/flights/data/arrivals.parquet'"
              + " where flight_id in (select flight_id from departures)");
      try (ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          reader.read(rows);
        }
      }
    }
  }

  private static int count(List<Deque<Event>> queues) {
    return queues.stream().mapToInt(Deque::size).sum();
  }
}
