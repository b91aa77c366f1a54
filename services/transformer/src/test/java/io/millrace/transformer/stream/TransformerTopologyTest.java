package io.millrace.transformer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.fixtures.DriverProperties;
import io.millrace.fuzz.Fuzz;
import io.millrace.fuzz.Junk;
import io.millrace.fuzz.Mutation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransformerTopologyTest {
  private static final Instant NOON = Instant.parse("2001-01-08T12:00:00Z"); // a Monday

  private final FlightsFixture flights = new FlightsFixture(1);
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> examples;
  private TestInputTopic<String, byte[]> labels;
  private TestOutputTopic<String, byte[]> vectors;
  private TestOutputTopic<String, byte[]> rows;
  private TestOutputTopic<String, byte[]> features;

  @BeforeEach
  void start() {
    start(flights);
  }

  private void start(FlightsFixture fixture) {
    driver =
        new TopologyTestDriver(
            TransformerTopology.build(
                new JoinPlan(fixture.runnable, fixture.cache, new SimpleMeterRegistry()),
                new RecordedHistory()),
            DriverProperties.of("test"));
    examples = input("examples");
    labels = input("labels");
    vectors = output("vectors");
    rows = output("rows");
    features = output("features");
  }

  @AfterEach
  void stop() {
    driver.close();
  }

  @Test
  void shouldHoldVectorBackUntilExamplesAndLabelsHavePassedItsPaneBoundary() {
    examples.pipeInput("1", flights.departure(1, NOON.plusSeconds(60), "JFK", "LAX"));
    assertThat(vectors()).isEmpty();

    mark(examples, NOON);
    assertThat(vectors()).isEmpty();
    mark(labels, NOON.minusSeconds(1));
    assertThat(vectors()).isEmpty();
    mark(labels, NOON);

    GenericRecord vector = vector();
    assertThat(vector.get("origin")).isEqualTo("JFK");
    assertThat(vector.get("hour")).isEqualTo(12L);
    assertThat(vector.get("weekday")).isEqualTo(1L);
    assertThat(vector.get("origin_delay_3h")).isNull();
    assertThat(vector.get("_incomplete")).isEqualTo(false);
  }

  @Test
  void shouldCountOnlyLabelsUpToThePaneBoundaryWhenTheyCameBeforeTheLookUp() {
    Instant morning = NOON.minus(Duration.ofHours(3));
    List<Long> delays = List.of(10L, 20L, 30L, 40L);
    for (int i = 0; i < delays.size(); i++) {
      examples.pipeInput("" + i, flights.departure(i, morning.minusSeconds(60), "JFK", "LAX"));
    }
    // One label at the open end of the window, one inside, one on the boundary, one beyond it.
    labels.pipeInput("0", flights.arrival(0, morning, delays.get(0)));
    labels.pipeInput("1", flights.arrival(1, morning.plusSeconds(1), delays.get(1)));
    labels.pipeInput("2", flights.arrival(2, NOON, delays.get(2)));
    labels.pipeInput("3", flights.arrival(3, NOON.plusSeconds(1), delays.get(3)));
    examples.pipeInput("9", flights.departure(9, NOON.plusSeconds(299), "JFK", "SFO"));
    mark(examples, NOON.plusSeconds(300));
    mark(labels, NOON.plusSeconds(300));

    GenericRecord vector =
        vectors().stream()
            .filter(record -> record.get("flight_id").equals(9L))
            .findFirst()
            .orElseThrow();
    assertThat(vector.get("origin_delay_3h")).isEqualTo(25.0); // (20 + 30) / 2
    assertThat(vector.get("origin_late_1h")).isEqualTo(1.0); // the one of 30 minutes
    assertThat(vector.get("destination_delay_3h")).isNull(); // nothing arrived from SFO's flights
  }

  @Test
  void shouldPassOverWhatSomebodyElseWrote() {
    examples.pipeInput("1", flights.departure(1, NOON, "JFK", "LAX"));
    List<TestInputTopic<String, byte[]>> topics =
        List.of(
            examples,
            labels,
            internal("test-entities-repartition"),
            internal("test-answers-repartition"));
    List<byte[]> junk = new ArrayList<>(Junk.values(flights.runnable.schemaId(DataTopic.EXAMPLES)));
    junk.addAll(Junk.values(flights.runnable.schemaId(DataTopic.LABELS)));
    junk.add(flights.timeless());
    junk.add(new byte[] {2, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}); // of task 9 of 1
    junk.add(new byte[] {3, 0, 0, 0, 0, 127, 127, 127, 127}); // of two billion tasks
    junk.add(new byte[] {0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, '1'}); // for no entity
    junk.add(new byte[] {0, 0, 0, 1, 9, 0, 2}); // an answer for the entity 9
    for (TestInputTopic<String, byte[]> topic : topics) {
      for (byte[] value : junk) {
        topic.pipeInput("1", value);
        topic.pipeInput(null, value);
      }
      topic.pipeInput("1", null);
      for (String mark : List.of("", "soon", "9223372036854775807", "1".repeat(99))) {
        topic.pipeInput(
            new TestRecord<>(
                "0",
                null,
                new RecordHeaders()
                    .add(MillraceHeaders.WATERMARK, mark.getBytes(StandardCharsets.UTF_8)),
                (Instant) null));
      }
    }
    labels.pipeInput("1", flights.arrival(1, NOON.plusSeconds(3600), 16L));
    mark(examples, NOON);
    mark(labels, NOON);

    assertThat(vector().get("flight_id")).isEqualTo(1L);
    assertThat(rows.readValuesToList()).hasSize(1);
  }

  @Test
  void shouldPassOverAnExampleWithAKeyThatIsTooLong() {
    driver.close();
    start(FlightsFixture.withoutWindows());
    String longest = "i".repeat(Limit.KEY_FIELD_CHARACTERS.most());

    examples.pipeInput(longest + "i", flights.departure(1, NOON, "JFK", "LAX"));
    examples.pipeInput(longest, flights.departure(2, NOON, "JFK", "LAX"));

    assertThat(vectors.readKeyValuesToList())
        .extracting(record -> record.key)
        .containsExactly(longest);
  }

  @Test
  void shouldBearAnyBytesInItsRepartitionTopics() {
    List<byte[]> real =
        List.of(
            new EntityMessage.LookUp(1, 2, "id").toBytes(),
            new EntityMessage.Update(1, 2, new long[] {2, 3}, new double[] {4, 5}).toBytes(),
            new EntityMessage.Carries(0, 1, 1, new long[] {2, 3}, new long[] {4, 5}, new int[2])
                .toBytes(),
            new EntityMessage.Passed(0, 1, 5).toBytes(),
            new EntityMessage.Idle(0, 1, 6).toBytes(),
            new Answer(1, 0, false, new Object[] {1L, 2.5, null}, 2, true).toBytes());

    Fuzz.of("messages to entities and answers")
        .run(
            random -> random.nextBoolean() ? Mutation.noise(random) : Mutation.of(random, real),
            bytes -> {
              EntityMessage.read(bytes);
              Answer.read(bytes);
            });
  }

  private TestInputTopic<String, byte[]> internal(String topic) {
    return driver.createInputTopic(topic, new StringSerializer(), new ByteArraySerializer());
  }

  @Test
  void shouldWriteOneRowWhateverComesFirst() {
    labels.pipeInput("1", flights.arrival(1, NOON.plusSeconds(3600), 16L));
    examples.pipeInput("1", flights.departure(1, NOON, "JFK", "LAX"));
    assertThat(rows.isEmpty()).isTrue();
    mark(examples, NOON);
    mark(labels, NOON);

    List<TestRecord<String, byte[]>> written = rows.readRecordsToList();
    assertThat(written).hasSize(1);
    GenericRecord row = flights.decode(flights.schemas.row(), written.getFirst().value());
    assertThat(row.get("flight_id")).isEqualTo(1L);
    assertThat(row.get("late")).isEqualTo(true);
    assertThat(row.get("_label_time")).isEqualTo(FlightsFixture.micros(NOON.plusSeconds(3600)));
    assertThat(written.getFirst().headers().lastHeader("ce_id").value()).asString().isEqualTo("1");
  }

  @Test
  void shouldWriteNoRowWhenTheLabelComesAfterItsBound() {
    examples.pipeInput("1", flights.departure(1, NOON, "JFK", "LAX"));
    examples.pipeInput("2", flights.departure(2, NOON, "JFK", "LAX"));
    labels.pipeInput("1", flights.arrival(1, NOON.plus(Duration.ofHours(48)), 1L));
    labels.pipeInput("2", flights.arrival(2, NOON.plus(Duration.ofHours(48)).plusMillis(1), 1L));
    mark(examples, NOON);
    mark(labels, NOON);

    assertThat(rows.readKeyValuesToList()).extracting(row -> row.key).containsExactly("1");
    assertThat(count("labelsAfterBound")).isEqualTo(1);
    assertThat(count("vectors")).isEqualTo(2);
  }

  @Test
  void shouldAnswerWithWhatIsThereWhenThePresentHasWaitedTwoSeconds() {
    Instant now = Instant.now();
    examples.pipeInput("1", flights.departure(1, now, "JFK", "LAX"));
    driver.advanceWallClockTime(Duration.ofMillis(1900));
    assertThat(vectors()).isEmpty();
    driver.advanceWallClockTime(Duration.ofMillis(300));
    assertThat(vector().get("_incomplete")).isEqualTo(true);
    assertThat(count("incomplete")).isEqualTo(1);
  }

  @Test
  void shouldWaitInAReplayAndAnswerWhenBothSourcesAreIdle() {
    examples.pipeInput("1", flights.departure(1, NOON, "JFK", "LAX"));
    driver.advanceWallClockTime(Duration.ofMinutes(10));
    assertThat(vectors()).isEmpty();
    idle(examples);
    assertThat(vectors()).isEmpty();
    idle(labels);
    assertThat(vector().get("_incomplete")).isEqualTo(false);
  }

  @Test
  void shouldTellHowFarVectorsHaveComeAndHoldAtOneThatIsStillGathering() {
    mark(examples, NOON);
    examples.pipeInput("1", flights.departure(1, NOON.plusSeconds(400), "JFK", "LAX"));
    examples.pipeInput("2", flights.departure(2, NOON.plusSeconds(800), "JFK", "LAX"));
    mark(examples, NOON.plusSeconds(900));
    assertThat(vectorsAndMarks())
        .containsExactly(micros(NOON), micros(NOON.plusSeconds(400).minusNanos(1000)));

    mark(labels, NOON.plusSeconds(300)); // the pane boundary of the first, not of the second
    driver.advanceWallClockTime(Duration.ofMillis(200));
    assertThat(vectorsAndMarks())
        .containsExactly("1", micros(NOON.plusSeconds(800).minusNanos(1000)));

    mark(labels, NOON.plusSeconds(900));
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(vectorsAndMarks()).containsExactly("2", micros(NOON.plusSeconds(900)));
  }

  @Test
  void shouldSayThatVectorsAreIdleOnlyOnceAllAreThereAndWhenTheyWakeUp() {
    examples.pipeInput("1", flights.departure(1, NOON, "JFK", "LAX"));
    idle(examples);
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(vectorsAndMarks()).isEmpty();

    idle(labels);
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(vectorsAndMarks()).containsExactly("1", MillraceHeaders.IDLE);

    mark(examples, NOON);
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(vectorsAndMarks()).containsExactly(micros(NOON));
  }

  @Test
  void shouldPassWatermarksOfExamplesOnWhenNothingIsWindowed() {
    driver.close();
    start(FlightsFixture.withoutWindows());
    mark(examples, NOON);
    examples.pipeInput("1", flights.departure(1, NOON.plusSeconds(60), "JFK", "LAX"));
    mark(examples, NOON.plusSeconds(60));
    idle(examples);

    assertThat(vectorsAndMarks())
        .containsExactly(micros(NOON), "1", micros(NOON.plusSeconds(60)), MillraceHeaders.IDLE);
  }

  @Test
  void shouldAnnouncePanesAndForgetQuietEntities() {
    examples.pipeInput("1", flights.departure(1, NOON, "JFK", "LAX"));
    labels.pipeInput("1", flights.arrival(1, NOON.plusSeconds(3600), 16L));
    driver.advanceWallClockTime(Duration.ofSeconds(1));
    assertThat(features.readKeyValuesToList())
        .extracting(record -> record.key)
        .contains("origin/JFK", "destination/LAX");

    mark(examples, NOON.plus(Duration.ofDays(2)));
    mark(labels, NOON.plus(Duration.ofDays(2)));
    driver.advanceWallClockTime(Duration.ofSeconds(11));
    assertThat(features.readKeyValuesToList())
        .filteredOn(record -> record.value == null)
        .extracting(record -> record.key)
        .containsExactlyInAnyOrder("origin/JFK", "destination/LAX");
  }

  @Test
  void shouldForgetWhatCanNoLongerBecomeARow() {
    examples.pipeInput("1", flights.departure(1, NOON, "JFK", "LAX"));
    labels.pipeInput("2", flights.arrival(2, NOON, 16L));
    mark(examples, NOON.plus(Duration.ofHours(49)));
    mark(labels, NOON.plus(Duration.ofHours(49)));
    driver.advanceWallClockTime(Duration.ofSeconds(31));

    assertThat(count("examplesWithoutLabel")).isEqualTo(1);
    assertThat(count("labelsWithoutExample")).isEqualTo(1);
    assertThat(TransformerTopology.PENDING.of(ids()).all().hasNext()).isFalse();
  }

  private KeyValueStore<Bytes, byte[]> ids() {
    return driver.getKeyValueStore(TransformerTopology.IDS);
  }

  private long count(String name) {
    Long value = TransformerTopology.COUNTS.of(ids()).get(name);
    return value == null ? 0 : value;
  }

  private GenericRecord vector() {
    List<GenericRecord> all = vectors();
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  private List<GenericRecord> vectors() {
    return vectors.readRecordsToList().stream()
        .filter(record -> record.value() != null)
        .map(record -> flights.decode(flights.schemas.vector(), record.value()))
        .toList();
  }

  /** Vectors by their id, watermarks by the time they tell. */
  private List<String> vectorsAndMarks() {
    return vectors.readRecordsToList().stream()
        .map(
            record ->
                record.value() != null
                    ? record.key()
                    : new String(
                        record.headers().lastHeader(MillraceHeaders.WATERMARK).value(),
                        StandardCharsets.US_ASCII))
        .toList();
  }

  private static String micros(Instant time) {
    return Long.toString(FlightsFixture.micros(time));
  }

  private static void mark(TestInputTopic<String, byte[]> topic, Instant passed) {
    watermark(topic, Long.toString(FlightsFixture.micros(passed)));
  }

  private static void idle(TestInputTopic<String, byte[]> topic) {
    watermark(topic, MillraceHeaders.IDLE);
  }

  private static void watermark(TestInputTopic<String, byte[]> topic, String value) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(MillraceHeaders.WATERMARK, value.getBytes(StandardCharsets.US_ASCII));
    topic.pipeInput(new TestRecord<>("0", null, headers));
  }

  private TestInputTopic<String, byte[]> input(String what) {
    return driver.createInputTopic(
        "millrace.flights." + what, new StringSerializer(), new ByteArraySerializer());
  }

  private TestOutputTopic<String, byte[]> output(String what) {
    return driver.createOutputTopic(
        "millrace.flights." + what, new StringDeserializer(), new ByteArrayDeserializer());
  }
}
