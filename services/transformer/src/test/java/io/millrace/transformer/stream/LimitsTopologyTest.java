package io.millrace.transformer.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.millrace.contracts.file.PipelineFile;
import io.millrace.contracts.limits.Limit;
import io.millrace.contracts.topics.DataTopic;
import io.millrace.contracts.topics.MillraceHeaders;
import io.millrace.fixtures.DriverProperties;
import io.millrace.messaging.serde.RecordEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Properties;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a file may have most of, its vectors and rows come. */
class LimitsTopologyTest {
  private static final Instant NOON = Instant.parse("2024-07-01T12:00:00Z");

  @ParameterizedTest
  @ValueSource(ints = {127, 128, 129, 250, 500})
  void shouldMakeVectorsOfSoManyWindowsOfOneEntity(int features) {
    List<GenericRecord> vectors =
        vectors(
            "",
            names(
                features,
                i ->
                    "w%d: {entity: origin, mean: delay_minutes, window: %dm, pane: 5m}"
                        .formatted(i, 5 * (i % 100 + 1))));

    assertThat(vectors)
        .singleElement()
        .satisfies(
            vector -> {
              assertThat(vector.get("w0")).isNull();
              assertThat(vector.get("w" + (features - 1))).isNotNull();
            });
  }

  @Test
  void shouldMakeVectorsOfAsManyEntitiesAsThereMayBe() {
    int entities = Limit.ENTITIES.most();
    List<GenericRecord> vectors =
        vectors(
            names(entities, i -> "e%d: {type: STRING}".formatted(i)),
            names(
                entities,
                i ->
                    "w%d: {entity: e%d, count: delay_minutes, window: 1h, pane: 5m}"
                        .formatted(i, i)));

    assertThat(vectors).hasSize(1);
  }

  /** Repeated by each feature, a text of a megabyte would make a vector that no topic takes. */
  @Test
  void shouldMakeAVectorThatFitsWhateverFeaturesRepeat() {
    int derived = Limit.DERIVED.most();
    String yaml =
        yaml("", "")
            .replace(
                "windowed: {}",
                "derived: {%s}"
                    .formatted(
                        names(
                            derived, i -> "d%d: %s".formatted(i, i % 2 == 0 ? "origin" : "city"))))
            .replace(
                "destination: {type: STRING}", "destination: {type: STRING}, city: {type: STRING}");
    assertThat(PipelineFile.accept(yaml, "flights.yaml")).isInstanceOf(PipelineFile.Valid.class);
    FlightsFixture flights = new FlightsFixture(1, yaml);
    GenericRecord example =
        new GenericData.Record(flights.schemas.stream(flights.pipeline.exampleStream()));
    example.put("flight_id", 1L);
    example.put("departure", FlightsFixture.micros(NOON));
    example.put("origin", "o".repeat(1_000_000));
    example.put("city", "c".repeat(Limit.EXPRESSION_TEXT.most()));
    try (TopologyTestDriver driver = driver(flights)) {
      input(driver, DataTopic.EXAMPLES)
          .pipeInput(
              "1",
              RecordEncoder.generic(
                      flights.runnable.schemaId(DataTopic.EXAMPLES), example.getSchema())
                  .encode(example));

      byte[] vector = vectors(driver, flights).getFirst().value();
      assertThat(vector).hasSizeLessThan(Limit.RECORD_BYTES.most());
      GenericRecord decoded = flights.decode(flights.schemas.vector(), vector);
      assertThat(decoded.get("d0")).isNull();
      assertThat(decoded.get("d1")).isEqualTo(example.get("city"));
    }
  }

  /** One example behind a label of the same origin that came ten minutes before it. */
  private static List<GenericRecord> vectors(String fields, String windowed) {
    FlightsFixture flights = new FlightsFixture(1, yaml(fields, windowed));
    try (TopologyTestDriver driver = driver(flights)) {
      TestInputTopic<String, byte[]> examples = input(driver, DataTopic.EXAMPLES);
      TestInputTopic<String, byte[]> labels = input(driver, DataTopic.LABELS);
      Instant before = NOON.minusSeconds(3_600);
      examples.pipeInput("1", flights.departure(1, before, "JFK", "LAX"));
      labels.pipeInput("1", flights.arrival(1, NOON.minusSeconds(600), 20L));
      mark(examples, before);
      mark(labels, before);
      examples.pipeInput("2", flights.departure(2, NOON, "JFK", "LAX"));
      mark(examples, NOON);
      mark(labels, NOON);
      return vectors(driver, flights).stream()
          .filter(record -> "2".equals(record.key()))
          .map(record -> flights.decode(flights.schemas.vector(), record.value()))
          .toList();
    }
  }

  private static TopologyTestDriver driver(FlightsFixture flights) {
    Properties properties = DriverProperties.of("limits");
    return new TopologyTestDriver(
        TransformerTopology.build(
            new JoinPlan(flights.runnable, flights.cache, new SimpleMeterRegistry()),
            new RecordedHistory()),
        properties);
  }

  private static List<TestRecord<String, byte[]>> vectors(
      TopologyTestDriver driver, FlightsFixture flights) {
    return driver
        .createOutputTopic(
            DataTopic.VECTORS.of(flights.pipeline.name()),
            new StringDeserializer(),
            new ByteArrayDeserializer())
        .readRecordsToList();
  }

  private static TestInputTopic<String, byte[]> input(TopologyTestDriver driver, DataTopic topic) {
    return driver.createInputTopic(
        topic.of("flights"), new StringSerializer(), new ByteArraySerializer());
  }

  private static void mark(TestInputTopic<String, byte[]> topic, Instant passed) {
    RecordHeaders headers = new RecordHeaders();
    headers.add(
        MillraceHeaders.WATERMARK,
        Long.toString(FlightsFixture.micros(passed)).getBytes(StandardCharsets.US_ASCII));
    topic.pipeInput(new TestRecord<>("0", null, headers));
  }

  private static String names(int count, IntFunction<String> entry) {
    return IntStream.range(0, count).mapToObj(entry).collect(Collectors.joining(", "));
  }

  private static String yaml(String fields, String windowed) {
    return """
    apiVersion: millrace.io/v1
    kind: Pipeline
    metadata: {name: flights}
    spec:
      streams:
        departures:
          role: example
          id: flight_id
          time: departure
          fields: {flight_id: {type: INT}, departure: {type: TIMESTAMP}, origin: {type: STRING},
            destination: {type: STRING}, distance_miles: {type: INT}, %s}
        arrivals:
          role: label
          id: flight_id
          time: arrival
          fields: {flight_id: {type: INT}, arrival: {type: TIMESTAMP}, delay_minutes: {type: INT}}
      label: {name: late, kind: BINARY, value: delay_minutes > 15, within: 2d}
      features:
        windowed: {%s}
    """
        .formatted(fields, windowed);
  }
}
