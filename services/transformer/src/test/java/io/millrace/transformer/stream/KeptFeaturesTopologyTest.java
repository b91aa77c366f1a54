package io.millrace.transformer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.file.FlightsFile;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.fixtures.DriverProperties;
import io.millrace.messaging.serde.KeptValues;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
import org.junit.jupiter.api.Test;

/** The live model's windows beside those of the file that runs. */
class KeptFeaturesTopologyTest {
  private static final Instant NOON = Instant.parse("2001-01-08T12:00:00Z");

  private static final String LATER_LABEL =
      FlightsFile.text().replace("delay_minutes > 15", "delay_minutes > 30");
  private static final String WITHOUT_ORIGIN =
      FlightsFile.text()
          .replaceAll("(?m)^      origin_.*\n", "")
          .replace("origin_delay_3h, ", "")
          .replace(", origin_late_1h", "");

  private final FlightsFixture before = new FlightsFixture(1);
  private FlightsFixture now = before;
  private JoinPlan plan;
  private TopologyTestDriver driver;
  private TestInputTopic<String, byte[]> examples;
  private TestInputTopic<String, byte[]> labels;
  private TestOutputTopic<String, byte[]> vectors;

  @AfterEach
  void stop() {
    driver.close();
  }

  private void start(String yaml, boolean keeps) {
    now = new FlightsFixture(before, yaml);
    plan =
        new JoinPlan(
            now.runnable,
            keeps ? Optional.of(before.runnable) : Optional.empty(),
            version -> Optional.of(before.runnable),
            now.cache,
            new SimpleMeterRegistry());
    driver =
        new TopologyTestDriver(
            TransformerTopology.build(plan, new RecordedHistory()), DriverProperties.of("test"));
    examples = input("examples");
    labels = input("labels");
    vectors =
        driver.createOutputTopic(
            "millrace.flights.vectors", new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** Two flights of JFK: 20 minutes late at 11:30, 40 minutes at 10:30. */
  private TestRecord<String, byte[]> vectorAtNoon() {
    examples.pipeInput("1", now.departure(1, NOON.minusSeconds(9000), "JFK", "LAX"));
    examples.pipeInput("2", now.departure(2, NOON.minusSeconds(9000), "JFK", "LAX"));
    labels.pipeInput("1", now.arrival(1, NOON.minusSeconds(1800), 20L));
    labels.pipeInput("2", now.arrival(2, NOON.minusSeconds(5400), 40L));
    examples.pipeInput("9", now.departure(9, NOON.plusSeconds(60), "JFK", "LAX"));
    pass(NOON.plusSeconds(300));
    return vectors.readRecordsToList().stream()
        .filter(record -> "9".equals(record.key()))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void shouldBringAlongWhatTheFileOfTheLiveModelMeans() {
    start(
        LATER_LABEL.replace(
            "origin_delay_3h:      {entity: origin,      over: labels, mean: delay_minutes, window: 3h",
            "origin_delay_3h:      {entity: origin,      over: labels, mean: delay_minutes, window: 1h"),
        true);

    TestRecord<String, byte[]> record = vectorAtNoon();

    GenericRecord vector = now.decode(now.schemas.vector(), record.value());
    assertThat(vector.get("origin_delay_3h")).isEqualTo(20.0); // the last hour alone
    assertThat(vector.get("origin_late_1h")).isEqualTo(0.0); // 20 is not above 30
    assertThat(KeptValues.read(record.headers()))
        .contains(new KeptValues(1, false, Map.of("origin_delay_3h", 30.0, "origin_late_1h", 1.0)));
  }

  /** Of an entity too that no window of the new file asks for. */
  @Test
  void shouldBringAlongWhatTheFileHasNoMore() {
    start(WITHOUT_ORIGIN, true);

    assertThat(now.pipeline.windowed()).hasSize(1);
    assertThat(KeptValues.read(vectorAtNoon().headers()))
        .contains(new KeptValues(1, false, Map.of("origin_delay_3h", 30.0, "origin_late_1h", 1.0)));
  }

  @Test
  void shouldBringNothingAlongWhereNoModelNeedsIt() {
    start(LATER_LABEL, false);

    assertThat(vectorAtNoon().headers().lastHeader(MillraceHeaders.KEPT_FEATURES)).isNull();
  }

  /** A process that keeps nothing, or something else, has not heard of the live model yet. */
  @Test
  void shouldSayIncompleteWhereAnotherProcessKeepsNothing() {
    start(LATER_LABEL, true);
    examples.pipeInput("9", now.departure(9, NOON, "JFK", "LAX"));
    answer(new Answer(2, 0, false, new Object[] {20.0, 0.5}, 0, false));
    answer(new Answer(2, 1, false, new Object[] {30.0}, 0, false));

    TestRecord<String, byte[]> record = vectors.readRecord();

    GenericRecord vector = now.decode(now.schemas.vector(), record.value());
    assertThat(vector.get("origin_late_1h")).isEqualTo(0.5);
    assertThat(vector.get("_incomplete")).isEqualTo(false);
    KeptValues kept = KeptValues.read(record.headers()).orElseThrow();
    assertThat(kept.incomplete()).isTrue();
    assertThat(kept.features())
        .containsOnlyKeys("origin_late_1h")
        .containsEntry("origin_late_1h", null);
  }

  @Test
  void shouldNotWaitForOneThatKnowsNothingOfAnEntity() {
    start(WITHOUT_ORIGIN, true);
    examples.pipeInput("9", now.departure(9, NOON, "JFK", "LAX"));
    answer(new Answer(2, 0, false, new Object[] {30.0}, 0, false));
    assertThat(vectors.isEmpty()).isTrue();
    answer(new Answer(2, Answer.NO_ENTITY, false, new Object[0], 0, true));

    KeptValues kept = KeptValues.read(vectors.readRecord().headers()).orElseThrow();
    assertThat(kept.incomplete()).isTrue();
    assertThat(kept.features()).containsOnlyKeys("origin_delay_3h", "origin_late_1h");
  }

  @Test
  void shouldTellFromWhenWindowsAreWholeUntilThatTimeHasPassed() {
    start(FlightsFile.text(), false);
    TestRecord<String, byte[]> unused = vectorAtNoon();
    assertThat(wholeFrom()).isEmpty();

    carrySince(NOON.minusSeconds(1800));

    Map<String, Object> delays =
        Map.of(
            "origin_delay_3h", NOON.plusSeconds(9000).toString(),
            "destination_delay_3h", NOON.plusSeconds(9000).toString());
    Map<String, Object> all = new HashMap<>(delays);
    all.put("origin_late_1h", NOON.plusSeconds(1800).toString());
    assertThat(wholeFrom()).isEqualTo(all);
    pass(NOON.plusSeconds(1799));
    assertThat(wholeFrom()).isEqualTo(all);
    pass(NOON.plusSeconds(1800));
    assertThat(wholeFrom()).isEqualTo(delays);
    pass(NOON.plusSeconds(9000));
    assertThat(wholeFrom()).isEmpty();
  }

  @Test
  void shouldTellFromWhenWindowsAreWholeBeforeAnyTimeHasPassed() {
    start(FlightsFile.text(), false);
    carrySince(NOON);

    assertThat(wholeFrom())
        .hasSize(3)
        .containsEntry("origin_late_1h", NOON.plusSeconds(3600).toString());
  }

  private Map<String, Object> wholeFrom() {
    KeyValueStore<Bytes, byte[]> entities = driver.getKeyValueStore(TransformerTopology.ENTITIES);
    return Wholeness.wholeFrom(plan, TransformerTopology.TASK_WATERMARKS.all(entities));
  }

  /** The task that reads labels has sent none of those before. */
  private void carrySince(Instant label) {
    long[] series = plan.seriesIds().stream().flatMapToLong(Arrays::stream).toArray();
    long[] since = new long[series.length];
    Arrays.fill(since, FlightsFixture.micros(label));
    driver
        .createInputTopic(
            "test-entities-repartition", new StringSerializer(), new ByteArraySerializer())
        .pipeInput(
            "",
            new EntityMessage.Carries(0, 1, plan.version(), series, since, new int[series.length])
                .toBytes());
  }

  private void pass(Instant time) {
    mark(examples, time);
    mark(labels, time);
  }

  private void answer(Answer answer) {
    driver
        .createInputTopic(
            "test-answers-repartition", new StringSerializer(), new ByteArraySerializer())
        .pipeInput("9", answer.toBytes());
    driver.advanceWallClockTime(Duration.ofMillis(10));
  }

  private static void mark(TestInputTopic<String, byte[]> topic, Instant passed) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(
        MillraceHeaders.WATERMARK,
        Long.toString(FlightsFixture.micros(passed)).getBytes(StandardCharsets.US_ASCII));
    topic.pipeInput(new TestRecord<>("0", null, headers));
  }

  private TestInputTopic<String, byte[]> input(String what) {
    return driver.createInputTopic(
        "millrace.flights." + what, new StringSerializer(), new ByteArraySerializer());
  }
}
